import type { Scope } from "@bincard/contracts";
import {
  Activity,
  ClipboardCheck,
  FileUp,
  KeyRound,
  LayoutGrid,
  type LucideIcon,
  Radio,
  Webhook,
} from "lucide-react";

export interface Place {
  readonly to: "/stock" | "/changes" | "/count" | "/import" | "/webhooks" | "/access" | "/health";
  readonly label: string;
  readonly icon: LucideIcon;
  /** What the token must carry for the place to be offered. */
  readonly scope: Scope | null;
  /** Daily work stands first; on a narrow screen it has a button of its own. */
  readonly daily: boolean;
}

/** Every screen that can be gone to from everywhere, in order. */
export const PLACES: readonly Place[] = [
  { to: "/stock", label: "Stock", icon: LayoutGrid, scope: "INVENTORY_READ", daily: true },
  { to: "/changes", label: "Changes", icon: Radio, scope: "INVENTORY_READ", daily: true },
  { to: "/count", label: "Count", icon: ClipboardCheck, scope: "INVENTORY_WRITE", daily: true },
  { to: "/import", label: "Import", icon: FileUp, scope: "INVENTORY_WRITE", daily: false },
  { to: "/webhooks", label: "Webhooks", icon: Webhook, scope: "WEBHOOKS_READ", daily: false },
  { to: "/access", label: "Access", icon: KeyRound, scope: "ADMIN", daily: false },
  { to: "/health", label: "Health", icon: Activity, scope: null, daily: false },
];
