import type { BlockList } from "node:net";
import * as z from "zod";
import { proxiesFrom } from "./client-address.ts";
import type { Rate } from "./token-bucket.ts";

/** How the settings that are not plain text are written. */

const OFF = "off";
const NUMBER_MAX = 1_000_000_000;

export function wholeNumber() {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number);
}

/** "1000" a second, "1000:3000" with a burst, or "off". Without a burst three seconds' worth may come at once. */
export function rate(perSecond: number, burst: number) {
  return z
    .string()
    .transform((text, context): Rate | undefined => {
      if (text === OFF) return undefined;
      const [each, atOnce] = text.split(":").map(positive);
      const isRead = each !== undefined && text.split(":").length <= 2 && !Number.isNaN(each);
      if (isRead && !Number.isNaN(atOnce ?? 0)) {
        return { perSecond: each, burst: atOnce ?? each * 3 };
      }
      context.addIssue(
        'must be requests a second such as "1000", "1000:3000" with a burst, or "off"',
      );
      return z.NEVER;
    })
    .prefault(`${perSecond}:${burst}`);
}

function positive(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number > 0 ? number : Number.NaN;
}

/** A whole number above 0, or "off". */
export function countOrOff(count: number) {
  return z
    .string()
    .transform((text, context): number | undefined => {
      if (text === OFF) return undefined;
      const number = positive(text);
      if (number > 0 && number <= NUMBER_MAX) return number;
      context.addIssue('must be a whole number above 0, or "off"');
      return z.NEVER;
    })
    .prefault(String(count));
}

export function proxies() {
  return z
    .string()
    .transform((text, context): BlockList | undefined => {
      try {
        return proxiesFrom(listed(text));
      } catch (error) {
        context.addIssue(`must be addresses and networks: ${String(Object(error)["message"])}`);
        return z.NEVER;
      }
    })
    .optional();
}

/** "https://till.example.com, https://office.example.com" */
export function origins() {
  return z
    .string()
    .transform((text, context): readonly string[] => {
      const found = listed(text);
      const wrong = found.find(
        (origin) => !URL.canParse(origin) || new URL(origin).origin !== origin,
      );
      if (wrong === undefined) return found;
      context.addIssue(`must be origins such as "https://till.example.com", and ${wrong} is none`);
      return z.NEVER;
    })
    .default([]);
}

export function webAddress() {
  return z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: 'must be an address such as "http://localhost:4318"',
    });
}

/** From 0 to 1. */
export function share() {
  return z
    .string()
    .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, "must be a number from 0 to 1")
    .transform(Number);
}

/** "true" or "false". */
export function flag() {
  return z
    .enum(["true", "false"], 'must be "true" or "false"')
    .transform((text) => text === "true")
    .prefault("false");
}

/** Above 0, up to 1. */
export function factor() {
  return share().refine((number) => number > 0, "must be above 0");
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
