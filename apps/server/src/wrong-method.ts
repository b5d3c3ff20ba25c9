import { Refusal } from "@bincard/contracts";

/** METHOD_NOT_ALLOWED beside the doors, with what the path may be asked by, for the header Allow (RFC 9110). */
export class WrongMethod extends Refusal {
  readonly allow: string;

  /** Whatever is asked by GET is asked by HEAD, too. */
  constructor(methods: readonly string[]) {
    const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : method));
    const message = `this is asked by ${methods.join(", ")}`;
    super({ code: "METHOD_NOT_ALLOWED", message, path: [] });
    this.allow = allow.join(", ");
  }
}
