/** Pieces of SVG. What comes from outside is escaped here, and nowhere else. */
import { escapeText } from 'lockgraph';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand between tags and in attributes: characters that XML forbids, or that deceive a reader, are shown as escapes. */
function xml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

type Attributes = Readonly<Record<string, string | number>>;

/** @param content elements, as they are: text is made by {@link label} and {@link tooltip} */
export function element(name: string, attributes: Attributes, content = ''): string {
  const words = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : xml(value)}"`);
  return content === '' ? `<${name}${words.join('')}/>` : `<${name}${words.join('')}>${content}</${name}>`;
}

/** A line of text, whatever is in it. */
export function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, xml(text));
}

/** What a reader sees who points at the element that it is the first child of. */
export function tooltip(text: string): string {
  return element('title', {}, xml(text));
}

/** At most `most` characters: of a longer text its end, which tells files apart. */
export function tail(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `…${characters.slice(1 - most).join('')}`;
}

/** A tenth of a pixel is enough. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
