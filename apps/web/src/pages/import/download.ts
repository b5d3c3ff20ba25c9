/** Hands something to the browser as a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** The same of a text that is JSON. */
export function downloadJson(name: string, text: string): void {
  download(name, new Blob([text], { type: "application/json" }));
}
