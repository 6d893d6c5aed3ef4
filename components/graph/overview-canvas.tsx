'use client';

import { Maximize2, Minus, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '@/components/ui/button';
import type { Plan, PlannedPackage, PlanRoot } from '@/lib/resolve/plan';
import { type Arrangement, dots } from './arrange';
import { useArrangement } from './use-arrangement';
import type { PlanIndex } from './why';

interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const radius = dots.width / 2;
/** From this scale on every package shows its name. */
const namesFrom = 2.2;
const bounds = { least: 0.2, most: 6 } as const;

/**
 * Every package of the plan as a dot and every edge as a line, on one canvas: where the weight is, at a glance. Hovering
 * names a package, selecting it lights its edges; names appear while zooming in. The table has the same facts.
 */
export function OverviewCanvas({
  plan,
  lanes,
  index,
  selected,
  onSelect,
}: {
  plan: Plan;
  lanes: readonly PlanRoot[];
  index: PlanIndex;
  selected: string | null;
  onSelect: (id: string) => void;
}) {
  const packages = useMemo(
    () => plan.packages.filter((entry) => lanes.includes(entry.root) && entry.action !== 'remove'),
    [plan, lanes],
  );
  const input = useMemo(() => {
    const shown = new Set(packages.map((entry) => entry.id));
    return {
      lanes,
      items: packages.map(({ id, root }) => ({ id, lane: root })),
      edges: plan.edges.filter((edge) => shown.has(edge.from) && shown.has(edge.to)),
      metrics: dots,
    };
  }, [plan, packages, lanes]);
  const arrangement = useArrangement(input);
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [moved, setMoved] = useState<Camera | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [theme, setTheme] = useState(0);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    sizes.observe(element);
    const themes = new MutationObserver(() => setTheme((count) => count + 1));
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
    };
  }, []);

  const camera = moved ?? (arrangement ? fitted(arrangement, size) : { x: 0, y: 0, scale: 1 });
  const lit = hovered ?? selected;

  useEffect(() => {
    const element = canvas.current;
    if (!element || !arrangement || size.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = size.width * ratio;
    element.height = size.height * ratio;
    const context = element.getContext('2d');
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, { arrangement, camera, size, packages, edges: input.edges, lit, theme });
  }, [arrangement, camera, size, packages, input, lit, theme]);

  const zoomAt = (factor: number, at: { x: number; y: number }): void => {
    const scale = Math.min(bounds.most, Math.max(bounds.least, camera.scale * factor));
    const share = scale / camera.scale;
    setMoved({ scale, x: at.x - (at.x - camera.x) * share, y: at.y - (at.y - camera.y) * share });
  };
  const zoomRef = useRef(zoomAt);
  zoomRef.current = zoomAt;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      zoomRef.current(event.deltaY < 0 ? 1.15 : 1 / 1.15, { x: event.offsetX, y: event.offsetY });
    };
    // React's own wheel listener may not prevent scrolling
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const drag = useRef<{ x: number; y: number; camera: Camera; far: boolean } | null>(null);
  const find = (x: number, y: number): string | null => {
    if (!arrangement) return null;
    const [px, py] = [(x - camera.x) / camera.scale, (y - camera.y) / camera.scale];
    let best: { id: string; distance: number } | null = null;
    for (const { id } of packages) {
      const spot = arrangement.positions[id];
      if (!spot) continue;
      const distance = Math.hypot(spot.x + radius - px, spot.y + radius - py);
      if (distance <= Math.max(radius + 4, 10 / camera.scale) && distance < (best?.distance ?? Infinity)) {
        best = { id, distance };
      }
    }
    return best?.id ?? null;
  };
  const middle = { x: size.width / 2, y: size.height / 2 };
  const named = lit ? (index.byId.get(lit) ?? null) : null;
  return (
    <div ref={frame} className="relative h-full min-h-0 overflow-hidden bg-canvas">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The whole graph: ${packages.length} packages and ${input.edges.length} dependencies; the table has the same facts`}
        className={`absolute inset-0 size-full touch-none ${hovered ? 'cursor-pointer' : 'cursor-grab'}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY, camera, far: false };
        }}
        onPointerMove={(event) => {
          const start = drag.current;
          if (!start) {
            setHovered(find(event.nativeEvent.offsetX, event.nativeEvent.offsetY));
            return;
          }
          const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
          if (Math.hypot(dx, dy) > 4) start.far = true;
          if (start.far) setMoved({ ...start.camera, x: start.camera.x + dx, y: start.camera.y + dy });
        }}
        onPointerUp={(event) => {
          const wasDrag = drag.current?.far;
          drag.current = null;
          if (!wasDrag) onSelect(find(event.nativeEvent.offsetX, event.nativeEvent.offsetY) ?? '');
        }}
        onPointerLeave={() => setHovered(null)}
      />
      <div className="absolute bottom-3 left-3 flex flex-col rounded-md border bg-surface">
        <IconButton label="Zoom in" onClick={() => zoomAt(1.4, middle)}>
          <Plus aria-hidden className="size-4" />
        </IconButton>
        <IconButton label="Zoom out" onClick={() => zoomAt(1 / 1.4, middle)}>
          <Minus aria-hidden className="size-4" />
        </IconButton>
        <IconButton label="Show all of it" onClick={() => setMoved(null)}>
          <Maximize2 aria-hidden className="size-3.5" />
        </IconButton>
      </div>
      {named && (
        <p className="pointer-events-none absolute top-3 right-3 max-w-[80%] rounded-md border bg-raised px-2.5 py-1.5 text-sm shadow-pop">
          <span className="mono">{named.cpv}</span>{' '}
          <span className="text-muted">
            in {named.root}, needs {index.outOf.get(named.id)?.length ?? 0}, needed by{' '}
            {index.into.get(named.id)?.length ?? 0}
          </span>
        </p>
      )}
    </div>
  );
}

function fitted(arrangement: Arrangement, size: { width: number; height: number }): Camera {
  const last = arrangement.lanes.at(-1);
  const height = last ? last.y + last.height : 1;
  const scale = Math.min(2, (size.width - 24) / arrangement.width, (size.height - 24) / height);
  const good = Math.max(bounds.least, scale);
  return {
    scale: good,
    x: (size.width - arrangement.width * good) / 2,
    y: (size.height - height * good) / 2,
  };
}

interface Scene {
  readonly arrangement: Arrangement;
  readonly camera: Camera;
  readonly size: { readonly width: number; readonly height: number };
  readonly packages: readonly PlannedPackage[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly lit: string | null;
  /** grows when the colours change */
  readonly theme: number;
}

function draw(context: CanvasRenderingContext2D, { arrangement, camera, size, packages, edges, lit }: Scene): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  context.clearRect(0, 0, size.width, size.height);
  context.save();
  context.translate(camera.x, camera.y);
  context.scale(camera.scale, camera.scale);
  for (const { lane, y, height } of arrangement.lanes) {
    context.fillStyle = colour(`${lane}-tint`);
    context.globalAlpha = 0.45;
    context.beginPath();
    context.roundRect(0, y, arrangement.width, height, 8);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = colour(`${lane}-ink`);
    context.font = '600 13px Inter Variable, sans-serif';
    const members = packages.filter((entry) => entry.root === lane).length;
    context.fillText(`${lane.charAt(0).toUpperCase()}${lane.slice(1)}  ${members}`, 16, y + 24);
  }
  const centre = (id: string): { x: number; y: number } | null => {
    const spot = arrangement.positions[id];
    return spot ? { x: spot.x + radius, y: spot.y + radius } : null;
  };
  const near = new Set(lit === null ? [] : [lit]);
  const line = (from: { x: number; y: number }, to: { x: number; y: number }): void => {
    const bend = Math.max(18, Math.abs(to.x - from.x) / 2);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.bezierCurveTo(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
    context.stroke();
  };
  const strong: [{ x: number; y: number }, { x: number; y: number }][] = [];
  context.strokeStyle = colour('line-strong');
  context.lineWidth = 0.7;
  context.globalAlpha = lit === null ? 0.3 : 0.08;
  for (const edge of edges) {
    const [from, to] = [centre(edge.from), centre(edge.to)];
    if (!from || !to) continue;
    if (edge.from === lit || edge.to === lit) {
      near.add(edge.from).add(edge.to);
      strong.push([from, to]);
    } else line(from, to);
  }
  context.globalAlpha = 0.9;
  context.strokeStyle = colour('link');
  context.lineWidth = 1.4;
  for (const [from, to] of strong) line(from, to);
  const ink = colour('ink');
  const ground = colour('canvas');
  context.font = '500 8px JetBrains Mono Variable, monospace';
  for (const entry of packages) {
    const spot = centre(entry.id);
    if (!spot) continue;
    const isNear = near.has(entry.id);
    context.globalAlpha = lit === null || isNear ? 1 : 0.3;
    context.fillStyle = entry.id === lit ? colour('link') : colour(entry.root);
    context.beginPath();
    context.arc(spot.x, spot.y, entry.requested ? radius : radius - 2, 0, 2 * Math.PI);
    context.fill();
    if (entry.requested) {
      context.strokeStyle = ink;
      context.lineWidth = 1.4;
      context.stroke();
    }
    if (camera.scale < namesFrom && !entry.requested && !(lit !== null && isNear && near.size < 30)) continue;
    context.fillStyle = ink;
    context.strokeStyle = ground;
    context.lineWidth = 2.5;
    context.lineJoin = 'round';
    context.strokeText(entry.pn, spot.x + radius + 2, spot.y + 3);
    context.fillText(entry.pn, spot.x + radius + 2, spot.y + 3);
  }
  context.restore();
}
