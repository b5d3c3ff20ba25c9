import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** The last line in vitest's words, so that one sum can be made of both runners. */
class Summary implements Reporter {
  readonly #outcomes = new Map<string, boolean>();

  onTestEnd(test: TestCase, { status }: TestResult): void {
    this.#outcomes.set(test.id, status === test.expectedStatus);
  }

  onEnd(_result: FullResult): void {
    const outcomes = [...this.#outcomes.values()];
    const failed = outcomes.filter((passed) => !passed).length;
    const told = [
      ...(failed === 0 ? [] : [`${failed} failed`]),
      `${outcomes.length - failed} passed`,
    ];
    process.stdout.write(`      Tests  ${told.join(" | ")} (${outcomes.length})\n`);
  }

  printsToStdio(): boolean {
    return true;
  }
}

// Playwright takes a reporter by its default export.
export default Summary;
