/** The name and its card. */
export function Mark() {
  return (
    <span className="inline-flex items-center gap-2.5 text-base font-semibold tracking-tight">
      <img src="/icon.svg" alt="" className="size-6" />
      Bincard
    </span>
  );
}
