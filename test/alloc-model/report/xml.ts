/** A strict reader of the XML that our SVG uses: elements, attributes in double quotes, text, the five entities and character references. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of the element itself, references resolved. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>/y;
/** What XML 1.0 calls characters. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws Error saying where the text is not well-formed */
export function parseXml(text: string): XmlElement {
  if (FORBIDDEN.test(text)) throw new Error('a character that XML forbids');
  const top: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [top];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    stack.at(-1)!.text += resolved(text.slice(at, end));
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(text);
    if (tag === null) throw new Error(`no tag at ${next}: ${text.slice(next, next + 40)}`);
    const [all, closes, name, words, empty] = tag;
    if (closes === '/') {
      if (stack.length === 1 || stack.pop()!.name !== name) throw new Error(`</${name}> at ${next} closes nothing`);
    } else {
      const element: Open = { name: name!, attributes: attributesOf(words!), children: [], text: '' };
      stack.at(-1)!.children.push(element);
      if (empty !== '/') stack.push(element);
    }
    at = next + all.length;
  }
  if (stack.length > 1) throw new Error(`<${stack.at(-1)!.name}> is not closed`);
  if (top.children.length !== 1 || top.text.trim() !== '') throw new Error('there must be one element at the top, and nothing beside it');
  return top.children[0]!;
}

/** All elements of that name, at any depth. */
export function elementsOf(element: XmlElement, name: string): XmlElement[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => elementsOf(child, name))];
}

function attributesOf(words: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of words.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(attributes, name!)) throw new Error(`the attribute ${name} twice`);
    attributes[name!] = resolved(value!);
  }
  return attributes;
}

function resolved(text: string): string {
  return text.replace(/&(?:(\w+)|#(\d+));|&/g, (all, entity: string | undefined, code: string | undefined) => {
    if (code !== undefined) return String.fromCodePoint(Number(code));
    const character = ENTITIES[entity ?? ''];
    if (character === undefined) throw new Error(`no such entity: ${all}`);
    return character;
  });
}
