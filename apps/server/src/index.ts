export { type App, type AppOptions, createApp } from "./app.ts";
export { listen, type Listening } from "./listen.ts";
export { Reception, type ReceptionOptions } from "./reception.ts";
export { httpCourier } from "./webhooks/courier.ts";
