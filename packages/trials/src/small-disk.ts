import { spawnSync } from "node:child_process";
import { Cluster } from "./cluster.ts";

const MEGABYTES = 80;

/**
 * Inside a user namespace a disk of a few megabytes may be mounted without any right outside. The cluster is
 * moved onto it; when PostgreSQL ends for lack of space it is started again, as a service manager would.
 */
const SCRIPT = `
  mount -t tmpfs -o size=${MEGABYTES}m,mode=0700 tmpfs "$0.disk" &&
  cp -a "$0/." "$0.disk/" && mount --move "$0.disk" "$0" || exit 1
  while true; do
    unshare --user --map-user=65534 --map-group=65534 -- setpriv --pdeathsig INT -- "$@"
    sleep 0.3
  done`;

const INTO_NAMESPACE = ["--user", "--map-root-user", "--mount", "--"];

/** Whether this machine lets us make such a disk. */
export function canMakeDisks(): boolean {
  const script =
    "mount -t tmpfs tmpfs /tmp && unshare --user --map-user=65534 -- setpriv --pdeathsig INT -- true";
  return spawnSync("unshare", [...INTO_NAMESPACE, "sh", "-c", script]).status === 0;
}

/** A cluster with little room and small log segments, so that it is data, not the log, that fills it. */
export async function smallCluster(programs: string | undefined): Promise<Cluster> {
  return Cluster.open({
    programs,
    initdb: ["--wal-segsize=1"],
    settings: {
      max_wal_size: "6MB",
      min_wal_size: "2MB",
      wal_recycle: "off",
      shared_buffers: "8MB",
    },
    launch: (program, args) => {
      const [, folder = ""] = args;
      return {
        file: "unshare",
        args: [
          ...INTO_NAMESPACE,
          "sh",
          "-c",
          `mkdir -p "$0.disk"; ${SCRIPT}`,
          folder,
          program,
          ...args,
        ],
      };
    },
  });
}
