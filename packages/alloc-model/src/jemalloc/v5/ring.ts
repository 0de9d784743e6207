/** `edata_list_inactive_t` and `edata_list_active_t`: rings through two links of their edata, of which the list knows the first one. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { Edata } from './edata.js';

/** Which fields are the links. */
interface Links {
  /** The edata is a ring of its own. */
  ring(edata: Edata): void;
  next(edata: Edata): Edata | null;
  prev(edata: Edata): Edata | null;
  setNext(edata: Edata, to: Edata | null): void;
  setPrev(edata: Edata, to: Edata | null): void;
}

/** Links of extents that are not active. They lie where the bitmap of a slab lies. */
const INACTIVE: Links = {
  ring: (edata) => edata.ringOfOne(),
  next: (edata) => edata.qlNext,
  prev: (edata) => edata.qlPrev,
  setNext: (edata, to) => void (edata.qlNext = to),
  setPrev: (edata, to) => void (edata.qlPrev = to),
};

/** Links of active extents. They lie where the first two links of heaps lie. */
const ACTIVE: Links = {
  ring: (edata) => {
    edata.prev = edata;
    edata.next = edata;
  },
  next: (edata) => edata.prev,
  prev: (edata) => edata.next,
  setNext: (edata, to) => void (edata.prev = to),
  setPrev: (edata, to) => void (edata.next = to),
};

export class EdataList {
  readonly #links: Links;
  readonly #what: string;
  #first: Edata | null = null;

  /** @param what what the list holds, for sentences about it */
  constructor(what: string, kind: 'active' | 'inactive') {
    this.#what = what;
    this.#links = kind === 'active' ? ACTIVE : INACTIVE;
  }

  get first(): Edata | null {
    return this.#first;
  }

  append(edata: Edata): void {
    this.#links.ring(edata);
    if (this.#first === null) this.#first = edata;
    else this.#meld(this.#first, edata);
  }

  remove(edata: Edata): void {
    if (this.#first === edata) this.#first = this.#links.next(edata);
    if (this.#first === edata) this.#first = null;
    else this.#meld(this.#there(this.#links.next(edata)), edata);
  }

  /** `qr_meld`: two rings become one, or one two. */
  #meld(a: Edata, b: Edata): void {
    const { next, prev, setNext, setPrev } = this.#links;
    setNext(this.#there(prev(b)), prev(a));
    setPrev(a, prev(b));
    setPrev(b, next(this.#there(prev(b))));
    setNext(this.#there(prev(a)), a);
    setNext(this.#there(prev(b)), b);
  }

  #there(edata: Edata | null): Edata {
    if (edata !== null) return edata;
    throw new UndefinedBehaviour(`the list of ${this.#what} is damaged: a null link is followed, at which the process is killed`);
  }
}
