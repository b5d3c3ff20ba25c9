import { type ComponentType, createElement, type ReactNode, useEffect, useState } from "react";
import { letGoOfKeys } from "./early-keys.ts";

/** What is shown where a file did not come. */
export interface NotThere {
  readonly onRetry: () => void;
}

/** A component whose file may be fetched before it is shown. */
export interface Later<Props> {
  (props: Props): ReactNode;
  /** Fetches the file; whether it came shows when it is wanted. */
  readonly preload: () => Promise<void>;
}

/**
 * A component in a file of its own, fetched when it is first shown. React's own `lazy` keeps a failure for as
 * long as the page lives; here what did not come is said, and asked for again on demand.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  {
    failed,
    waiting = null,
  }: {
    readonly failed: ComponentType<Props & NotThere>;
    readonly waiting?: ReactNode;
  },
): Later<Props> {
  let here: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const fetched = async (): Promise<void> => {
    loading ??= load()
      .then((component) => void (here = component))
      .finally(() => (loading = undefined));
    return loading;
  };
  function Shown(props: Props): ReactNode {
    const [isHere, setHere] = useState(here !== undefined);
    const [isFailed, setFailed] = useState(false);
    const [turn, setTurn] = useState(0);
    useEffect(() => {
      let isGone = false;
      fetched().then(
        () => isGone || setHere(true),
        () => {
          if (isGone) return;
          letGoOfKeys();
          setFailed(true);
        },
      );
      return () => {
        isGone = true;
      };
    }, [turn]);
    if (isHere && here !== undefined) return createElement(here, props);
    if (!isFailed) return waiting;
    const onRetry = () => {
      setFailed(false);
      setTurn(turn + 1);
    };
    return createElement(failed, { ...props, onRetry });
  }
  return Object.assign(Shown, { preload: async () => fetched().catch(() => undefined) });
}
