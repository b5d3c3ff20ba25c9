/** What a process of the bench offers once it is up. */
export interface Service {
  /** Told to the parent when it is ready. */
  readonly ready?: object;
  answer?(question: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * The life of a process of the bench: it opens with the settings on its command line, answers questions one
 * at a time, and ends when its parent does.
 */
export async function serve(open: (settings: object) => Promise<Service>): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? "{}") as object;
  const reply = (message: object) => process.send?.(message);
  try {
    const service = await open(settings);
    process.on("message", (question) => {
      void (async () => {
        try {
          reply({ answer: await service.answer?.(question) });
        } catch (error) {
          reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
        }
      })();
    });
    process.on("disconnect", () => void service.close().finally(() => process.exit(0)));
    reply({ answer: service.ready ?? {} });
  } catch (error) {
    reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.disconnect?.();
  }
}
