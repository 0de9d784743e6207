/** Calls of lockgraph as contexts of events: their place in the source is a frame below the simulated call. Cost: that of {@link SourceSites}. */
import type { CallTree, FrameId } from '../trace/call-tree.js';
import type { CallId } from '../trace/event.js';
import { SourceSites } from './source-sites.js';
import type { SourceSite } from './source-sites.js';

export class CallSites {
  readonly #calls: CallTree;
  readonly #sites = new SourceSites(CallSites.prototype.here);
  readonly #frames = new Map<SourceSite, FrameId>();

  constructor(calls: CallTree) {
    this.#calls = calls;
  }

  /** The context of an event made by the code that called lockgraph, in the simulated context `call`. */
  here(call: CallId): CallId {
    const site = this.#sites.here();
    if (site === undefined) return call;
    let frame = this.#frames.get(site);
    if (frame === undefined) {
      frame = this.#calls.frame(site.function, site.place);
      this.#frames.set(site, frame);
    }
    return this.#calls.child(call, frame);
  }
}
