/** Elements without a framework: all that the first bytes of the page need. */

type Child = Element | string | undefined;

/** An element with properties and children; `test` is its stable name for tests. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** One drawing out of the set that index.html carries. */
export function icon(name: string): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  const use = document.createElementNS(namespace, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

export interface ButtonLook {
  readonly label: string;
  readonly icon?: string;
  readonly test?: string;
  readonly className?: string;
}

export function button(look: ButtonLook, onClick: () => void): HTMLButtonElement {
  const drawing = look.icon === undefined ? undefined : icon(look.icon);
  const label = element('span', 'label', look.label);
  const made = element('button', `button ${look.className ?? ''}`, drawing, label);
  made.type = 'button';
  if (look.test !== undefined) made.dataset.testid = look.test;
  made.onclick = onClick;
  return made;
}
