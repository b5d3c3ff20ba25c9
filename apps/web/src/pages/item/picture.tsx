import "uplot/dist/uPlot.min.css";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useTheme } from "../../shell/theme.ts";
import { axesOf } from "./axes.ts";
import { drawScene, inkOf } from "./draw.ts";
import { type Drawn, drawnIn, reach } from "./picture-columns.ts";
import { Pointed } from "./pointed.tsx";
import { countUpTo, type Moment, type Timeline } from "./timeline.ts";

const HEIGHT = 300;

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface PictureProps {
  readonly timeline: Timeline;
  readonly span: Span;
  readonly onSpan: (span: Span | undefined) => void;
  readonly marked: Moment | undefined;
  readonly onMark: (moment: Moment | undefined) => void;
  readonly label: string;
}

/** Where the pointer is: the instant, and how far from the left. */
export interface Hover {
  readonly at: number;
  readonly left: number;
}

/**
 * Quantity over time. A drag zooms, a double click shows all; with the keyboard the arrows go from change to
 * change, plus and minus zoom. Each frame draws at most one entry a pixel, however long the history.
 */
export function Picture(props: PictureProps) {
  const { timeline, marked, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover>();
  const scene = useRef<SceneRef["current"]>({ props, drawn: undefined, hover: undefined });
  scene.current.props = props;
  usePlot(place, scene, setHover);
  return (
    <figure className="relative">
      <div
        ref={place}
        role="application"
        aria-roledescription="timeline"
        aria-label={label}
        tabIndex={0}
        className="rounded-md"
        onKeyDown={(event) => onKey(event, props)}
      />
      <Pointed {...{ timeline, hover, marked }} />
    </figure>
  );
}

type SceneRef = {
  current: { props: PictureProps; drawn: Drawn | undefined; hover: Hover | undefined };
};

function usePlot(
  place: React.RefObject<HTMLDivElement | null>,
  scene: SceneRef,
  setHover: (hover: Hover | undefined) => void,
): void {
  const theme = useTheme();
  const plot = useRef<uPlot>(undefined);
  const { timeline, span, marked } = scene.current.props;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = makePlot(element, scene, setHover);
    plot.current = made;
    const sized = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT });
      show(made, scene);
    });
    sized.observe(element);
    return () => {
      sized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // A theme has colours of its own, and the canvas holds them.
  }, [place, scene, setHover, theme]);
  useEffect(() => {
    if (plot.current !== undefined) show(plot.current, scene);
  }, [scene, timeline, span.from, span.to, marked, theme]);
}

function makePlot(
  element: HTMLElement,
  scene: SceneRef,
  setHover: (hover: Hover | undefined) => void,
): uPlot {
  const ink = inkOf(element);
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [22, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true, auto: false }, y: { auto: false } },
      axes: axesOf(element),
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: {
        draw: [
          (plot) => {
            const { drawn, props } = scene.current;
            if (drawn !== undefined) drawScene(plot, { ...props, drawn, ink });
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            const at = (pixel: number) => plot.posToVal(pixel, "x") * 1_000;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            scene.current.props.onSpan({ from: at(left), to: at(left + width) });
          },
        ],
        setCursor: [
          (plot) => {
            const { left = -1 } = plot.cursor;
            const at = plot.posToVal(left, "x") * 1_000;
            const hover = { at, left: left + plot.bbox.left / devicePixelRatio };
            scene.current.hover = left < 0 ? undefined : hover;
            setHover(scene.current.hover);
          },
        ],
        ready: [
          ({ over }) => {
            over.addEventListener("dblclick", () => scene.current.props.onSpan(undefined));
            over.addEventListener("click", () => markNear(scene));
          },
        ],
      },
    },
    [
      [0, 1],
      [0, 1],
    ],
    element,
  );
}

function markNear({ current: { props, hover } }: SceneRef): void {
  const moment = hover === undefined ? undefined : nearest(props, hover);
  if (moment !== undefined) props.onMark(moment);
}

/** The change that a click means: the nearest, if it is within a few pixels. */
function nearest({ timeline: { moments, at }, span }: PictureProps, hover: Hover) {
  const after = countUpTo(at, hover.at);
  const reachable = (span.to - span.from) / 80;
  return [moments[after - 1], moments[after]]
    .filter((moment) => moment !== undefined)
    .filter((moment) => Math.abs(moment.at - hover.at) <= reachable)
    .toSorted((a, b) => Math.abs(a.at - hover.at) - Math.abs(b.at - hover.at))[0];
}

/** Counts out what the window shows, and draws it. */
function show(plot: uPlot, scene: SceneRef): void {
  const { timeline, span } = scene.current.props;
  const pixels = Math.max(1, plot.bbox.width / devicePixelRatio);
  const drawn = drawnIn(timeline, { ...span, pixels });
  scene.current.drawn = drawn;
  const [low, high] = reach(drawn);
  const room = (high - low) * 0.08;
  plot.batch(() => {
    plot.setData(
      [
        [span.from / 1_000, span.to / 1_000],
        [low, high],
      ],
      false,
    );
    plot.setScale("x", { min: span.from / 1_000, max: span.to / 1_000 });
    plot.setScale("y", { min: low < 0 ? low - room : 0, max: high + room });
  });
}

function onKey(event: KeyboardEvent, { timeline, span, onSpan, marked, onMark }: PictureProps) {
  const { moments } = timeline;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const zoom = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
  if (step !== undefined) {
    const index =
      marked === undefined ? countUpTo(timeline.at, span.to) : moments.indexOf(marked) + step;
    onMark(moments[Math.max(0, Math.min(moments.length - 1, index))]);
  } else if (zoom !== undefined) {
    const middle = marked?.at ?? (span.from + span.to) / 2;
    const half = ((span.to - span.from) * zoom) / 2;
    onSpan({ from: middle - half, to: middle + half });
  } else if (event.key === "0" || event.key === "Escape") onSpan(undefined);
  else return;
  event.preventDefault();
}
