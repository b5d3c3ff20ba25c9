import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { sayFailure } from "../components/toasts.tsx";
import { bincard } from "../ledger/client.ts";
import { fullName, type Variation, variationsOf } from "../ledger/variation.ts";
import { signOut, useScope } from "../session/session.ts";
import type { Place } from "./navigation.ts";
import { closePalette, type Command, useCommandsOfPage } from "./palette-commands.ts";
import { chooseTheme } from "./theme.ts";

interface Group {
  readonly value: string;
  readonly items: readonly Command[];
}

/** Finds a screen, an item or something to do, by typing. */
export function PaletteWindow({
  places,
  onClose,
}: {
  readonly places: readonly Place[];
  readonly onClose: () => void;
}) {
  const [text, setText] = useState("");
  const commands = useCommands(places, useDeferredValue(text.trim()));
  const groups = useMemo(() => grouped(commands), [commands]);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(0_0_0/45%)]" />
        <Dialog.Popup
          data-palette
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[70vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-raised"
        >
          <Dialog.Title className="sr-only">Find or do</Dialog.Title>
          <Autocomplete.Root
            open
            inline
            autoHighlight="always"
            keepHighlight
            items={groups}
            filter={null}
            value={text}
            onValueChange={setText}
            itemToStringValue={(command: Command) => command.label}
          >
            <Autocomplete.Input
              aria-label="Find or do"
              placeholder="Find an item, go to a screen, or do something…"
              className="h-13 w-full border-b border-line bg-transparent px-4 outline-none"
            />
            <Autocomplete.Empty className="px-4 py-6 text-center text-sm text-muted empty:hidden">
              Nothing is called that.
            </Autocomplete.Empty>
            <Autocomplete.List className="overflow-auto p-2 empty:hidden">
              {(group: Group) => <GroupOfCommands key={group.value} group={group} />}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function GroupOfCommands({ group }: { readonly group: Group }) {
  return (
    <Autocomplete.Group items={group.items} className="mb-2">
      <Autocomplete.GroupLabel className="px-2 py-1 text-xs font-medium text-muted">
        {group.value}
      </Autocomplete.GroupLabel>
      <Autocomplete.Collection>
        {(command: Command) => (
          <Autocomplete.Item
            key={command.id}
            value={command}
            onClick={() => {
              closePalette();
              command.run();
            }}
            className="cursor-pointer rounded-md px-2 py-1.5 text-sm data-highlighted:bg-accent-soft"
          >
            {command.label}
          </Autocomplete.Item>
        )}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  );
}

function grouped(commands: readonly Command[]): Group[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const items = groups.get(command.group);
    if (items === undefined) groups.set(command.group, [command]);
    else items.push(command);
  }
  return [...groups].map(([value, items]) => ({ value, items }));
}

function useCommands(places: readonly Place[], text: string): readonly Command[] {
  const navigate = useNavigate();
  const ofPage = useCommandsOfPage();
  const found = useItems(text);
  return useMemo(() => {
    const standing: Command[] = [
      ...ofPage,
      ...places.map(({ to, label }) => ({
        id: to,
        label,
        group: "Screens",
        words: "go to open",
        run: () => void navigate({ to }),
      })),
      ...SETTINGS,
    ];
    const words = text.toLowerCase().split(/\s+/);
    const said = standing.filter(({ label, words: more = "" }) => {
      const all = `${label} ${more}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
    const items = found.map((item) => ({
      id: `item ${item.id}`,
      label: item.sku === undefined ? fullName(item) : `${fullName(item)} · ${item.sku}`,
      group: "Items",
      run: () => void navigate({ to: "/items/$id", params: { id: item.id } }),
    }));
    return [...items, ...said];
  }, [navigate, ofPage, places, text, found]);
}

const SETTINGS: readonly Command[] = [
  { id: "light", label: "Light theme", group: "Settings", run: () => chooseTheme("light") },
  { id: "dark", label: "Dark theme", group: "Settings", run: () => chooseTheme("dark") },
  {
    id: "system",
    label: "Theme as the system",
    group: "Settings",
    run: () => chooseTheme("system"),
  },
  {
    id: "reference",
    label: "API reference",
    group: "Settings",
    words: "docs openapi",
    run: () => void open("/docs", "_blank", "noopener"),
  },
  {
    id: "sign out",
    label: "Sign out",
    group: "Settings",
    words: "log out leave",
    run: () => void signOut().catch(sayFailure),
  },
];

const NONE: readonly Variation[] = [];
const FOUND_MAX = 8;

/** Items whose name, SKU or barcode has every word: the server's own search. */
function useItems(text: string): readonly Variation[] {
  const mayRead = useScope("ITEMS_READ");
  const isAsked = text.length > 1;
  const { data } = useQuery({
    queryKey: ["items called", text],
    queryFn: async ({ signal }) => itemsCalled(text, signal),
    enabled: mayRead && isAsked,
    placeholderData: (before) => before,
  });
  return (isAsked ? data : undefined) ?? NONE;
}

async function itemsCalled(text: string, signal: AbortSignal): Promise<readonly Variation[]> {
  const { objects } = await bincard.catalog.list({ text, limit: FOUND_MAX }, { signal });
  const named = new Set(objects.map(({ id }) => id));
  // A variation is called by its SKU, and shown with its item's name.
  const parents = objects.flatMap((object) =>
    object.type === "ITEM_VARIATION" && !named.has(object.itemId) ? [object.itemId] : [],
  );
  const more =
    parents.length === 0
      ? []
      : (await bincard.catalog.list({ ids: [...new Set(parents)] }, { signal })).objects;
  return [...objects, ...more]
    .flatMap((object) => {
      if (object.type !== "ITEM") return [];
      return variationsOf(object).filter(({ id }) => named.has(object.id) || named.has(id));
    })
    .slice(0, FOUND_MAX);
}
