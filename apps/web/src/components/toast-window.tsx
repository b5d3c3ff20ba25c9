import { Toast } from "@base-ui/react/toast";
import { clsx } from "clsx";
import { Check, TriangleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { type Said, takeSaid } from "./toasts.tsx";

const manager = Toast.createToastManager();

/** The corner itself, loaded with the first thing to say. `queue` tells that there is more. */
export function ToastWindow({ queue }: { readonly queue: readonly Said[] }) {
  useEffect(() => {
    if (queue.length === 0) return;
    for (const { title, description, failed = false } of takeSaid())
      manager.add({
        title,
        description,
        ...(failed ? { type: "failed", timeout: 0, priority: "high" } : { type: "done" }),
      });
  }, [queue]);
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-20 z-50 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2 md:bottom-4">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={clsx(
        "flex items-start gap-3 rounded-lg border bg-surface p-3 text-sm shadow-raised",
        toast.type === "failed" ? "border-danger" : "border-line",
      )}
    >
      {toast.type === "failed" ? (
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      ) : (
        <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      )}
      <Toast.Content className="min-w-0 grow">
        <Toast.Title className="font-medium" />
        <Toast.Description className="text-muted" />
      </Toast.Content>
      <Toast.Close aria-label="Dismiss" className="rounded p-0.5 text-muted hover:text-ink">
        <X aria-hidden className="size-4" />
      </Toast.Close>
    </Toast.Root>
  ));
}
