import type { Courier, Parcel, Sent } from "../src/index.ts";

/** What a receiver answers: a status, or nothing at all. */
export type Answering = (parcel: Parcel) => number | "nothing" | Promise<number | "nothing">;

/** Stands where the network begins: keeps what it is given, and answers as a receiver would. */
export interface PostBox extends Courier {
  readonly parcels: readonly Parcel[];
  /** 200 until told. */
  answer(answering: Answering): void;
}

export function openPostBox(): PostBox {
  const parcels: Parcel[] = [];
  let answering: Answering = () => 200;
  return {
    parcels,
    answer(next) {
      answering = next;
    },
    objectionTo: (notificationUrl) =>
      notificationUrl.startsWith("https://") ? undefined : "must be an https address",
    async send(parcel): Promise<Sent> {
      parcels.push(parcel);
      const at = new Date().toISOString();
      const answer = await answering(parcel);
      const payload = JSON.stringify(parcel.counts);
      if (answer === "nothing")
        return { attempt: { at, milliseconds: 1, reason: "http_timeout" }, payload };
      const failed = answer < 200 || answer > 299;
      return {
        attempt: { at, milliseconds: 1, status: answer, ...(failed && { reason: "http_error" }) },
        payload,
      };
    },
  };
}
