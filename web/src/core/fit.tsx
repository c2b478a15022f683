// Text that must stay on one line: as large as its style says, smaller when it would not fit. Names come from the facility
// file and may be long; a clipped desk name sends people to the wrong desk.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const STEPS_MAX = 6;

export function Fit({ children, class: name }: { children: ComponentChildren; class?: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const fit = (): void => {
    const box = element.current;
    if (!box) return;
    box.style.fontSize = '';
    // Gaps and padding do not shrink with the letters, so one step may not be enough.
    for (let step = 0; step < STEPS_MAX && box.scrollWidth > box.clientWidth; step++) {
      const over = box.scrollWidth / Math.max(1, box.clientWidth);
      box.style.fontSize = `${(parseFloat(getComputedStyle(box).fontSize) / over) * 0.985}px`;
    }
  };
  useLayoutEffect(fit);
  useEffect(() => {
    const observer = new ResizeObserver(fit);
    if (element.current?.parentElement) observer.observe(element.current.parentElement);
    void document.fonts.ready.then(fit);
    return () => observer.disconnect();
  }, []);
  return <div ref={element} class={`fit ${name ?? ''}`}>{children}</div>;
}
