import { type ZoomTransform, zoomIdentity } from 'd3';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';

const STEP = 1.4;
const MOST = 5;

/** Where a pointer is, in units of the scene before zooming. */
function placeOf(svg: SVGSVGElement, x: number, y: number): readonly [number, number] {
  const matrix = svg.getScreenCTM()?.inverse();
  if (!matrix) return [0, 0];
  const point = new DOMPoint(x, y).matrixTransform(matrix);
  return [point.x, point.y];
}

/** Zooms by a factor about a place of the picture, between its fitted size and five times that. */
function zoomAbout(transform: ZoomTransform, factor: number, [x, y]: readonly [number, number]): ZoomTransform {
  const k = Math.min(MOST, Math.max(1, transform.k * factor));
  if (k === 1) return zoomIdentity;
  const [px, py] = transform.invert([x, y]);
  return zoomIdentity.translate(x - px * k, y - py * k).scale(k);
}

/** Zoom and pan of a fitted picture: buttons, the keys + − 0, pinch or Ctrl with the wheel, and dragging once zoomed in. */
export function useZoom(enabled: boolean) {
  const [transform, setTransform] = useState(zoomIdentity);
  const svg = useRef<SVGSVGElement | null>(null);
  const grip = useRef<readonly [number, number] | undefined>(undefined);
  const about = (factor: number) => {
    const box = svg.current?.viewBox.baseVal;
    setTransform((now) => zoomAbout(now, factor, box ? [box.width / 2, box.height / 2] : [0, 0]));
  };
  useEffect(() => {
    const element = svg.current;
    if (!enabled || !element) return;
    const onWheel = (event: WheelEvent) => {
      // A wheel alone scrolls the page, as everywhere.
      if (!event.ctrlKey) return;
      event.preventDefault();
      const place = placeOf(element, event.clientX, event.clientY);
      setTransform((now) => zoomAbout(now, 2 ** (-event.deltaY / 200), place));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [enabled]);
  const zoomed = transform.k > 1;
  return {
    zoomed,
    transform: zoomed ? transform.toString() : undefined,
    zoomIn: () => about(STEP),
    zoomOut: () => about(1 / STEP),
    fit: () => setTransform(zoomIdentity),
    onKeyDown(event: KeyboardEvent) {
      if (!enabled || event.ctrlKey || event.metaKey) return;
      if (event.key === '+' || event.key === '=') about(STEP);
      else if (event.key === '-') about(1 / STEP);
      else if (event.key === '0') setTransform(zoomIdentity);
    },
    pointer: {
      ref: svg,
      onPointerDown(event: PointerEvent<SVGSVGElement>) {
        if (!enabled || !zoomed) return;
        grip.current = placeOf(event.currentTarget, event.clientX, event.clientY);
      },
      onPointerMove(event: PointerEvent<SVGSVGElement>) {
        if (!grip.current) return;
        const [x, y] = placeOf(event.currentTarget, event.clientX, event.clientY);
        const [fromX, fromY] = grip.current;
        grip.current = [x, y];
        setTransform((now) => now.translate((x - fromX) / now.k, (y - fromY) / now.k));
      },
      onPointerUp() {
        grip.current = undefined;
      },
    },
  };
}
