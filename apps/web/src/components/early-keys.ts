/** So long a window may take; after that its keys are nobody's any more. */
const GIVEN_UP_MILLISECONDS = 10_000;
const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select";
const MEANT: ReadonlySet<string> = new Set([
  "Enter",
  "Backspace",
  "Tab",
  "ArrowDown",
  "ArrowUp",
  "Home",
  "End",
]);

interface Held {
  readonly keys: string[];
  readonly stop: AbortController;
  isTyped: boolean;
}

let held: Held | undefined;

/**
 * What is typed after a window was asked for belongs to it, however long it takes to come: into nothing else, and no key
 * of it is lost. From here on keys are held until something in a window that had it not gets the focus; then they are
 * typed there, in their order, Enter included. Escape, the pointer and a window that does not come let go of them.
 */
export function holdKeys(): void {
  // A key that was held opened this window: those behind it are about what it opened.
  const keys = held?.isTyped === true ? held.keys : [];
  letGoOfKeys();
  const stop = new AbortController();
  const here: Held = { keys, stop, isTyped: false };
  held = here;
  const capture = { capture: true, signal: stop.signal };
  addEventListener("keydown", (event) => onKey(event, here), capture);
  addEventListener("pointerdown", letGoOfKeys, capture);
  addEventListener("focusin", ({ target }) => isInWindow(target) && void typeAll(here), capture);
  const timer = setTimeout(() => stop.abort(), GIVEN_UP_MILLISECONDS);
  stop.signal.addEventListener("abort", () => clearTimeout(timer));
}

/** Nothing will come for the keys that are held. */
export function letGoOfKeys(): void {
  held?.stop.abort();
  held = undefined;
}

function onKey(event: KeyboardEvent, { keys }: Held): void {
  // What is typed below is no key of a keyboard.
  if (!event.isTrusted || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") letGoOfKeys();
  if (event.key.length > 1 && !MEANT.has(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  keys.push(event.key);
}

function isInWindow(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog]") !== null;
}

/** Until none are left: more may be pressed meanwhile, and come behind. */
async function typeAll(here: Held): Promise<void> {
  if (here.isTyped) return;
  here.isTyped = true;
  const { keys, stop } = here;
  // A window may give its first field the focus after itself.
  await frame();
  await frame();
  while (keys.length > 0 && !stop.signal.aborted) {
    const box = document.activeElement;
    const key = keys.shift();
    if (key === undefined || !(box instanceof HTMLElement) || !box.matches(FIELDS)) break;
    // What was typed is on the screen before the key that is about it, and what that does before the next.
    if (key.length > 1) await frame();
    typeInto(box, key);
    if (key.length > 1) await frame();
  }
  stop.abort();
}

async function frame(): Promise<void> {
  const drawn = new Promise<void>((resolve) => void requestAnimationFrame(() => resolve()));
  // A page that nobody looks at has no frames.
  return Promise.race([drawn, new Promise<void>((resolve) => void setTimeout(resolve, 100))]);
}

function typeInto(box: HTMLElement, key: string): void {
  const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  // Whoever answers to the key itself has done all of it.
  if (!box.dispatchEvent(pressed)) return;
  // Nothing else types as a person does, undo included; every browser has it.
  if (key.length === 1) document.execCommand("insertText", false, key);
  else if (key === "Backspace") document.execCommand("delete");
  else if (key === "Enter") box.closest("form")?.requestSubmit();
  else if (key === "Tab") nextOf(box)?.focus();
}

function nextOf(box: HTMLElement): HTMLElement | undefined {
  const fields = [...(box.closest("[role=dialog]")?.querySelectorAll<HTMLElement>(FIELDS) ?? [])];
  return fields[fields.indexOf(box) + 1];
}
