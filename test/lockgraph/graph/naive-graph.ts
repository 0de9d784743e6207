/** A directed graph as a set of edges, which finds what is reachable by going there. */
export class NaiveGraph {
  readonly nodes = new Set<number>();
  readonly edges = new Map<string, readonly [from: number, to: number]>();

  hasEdge(from: number, to: number): boolean {
    return this.edges.has(`${from} > ${to}`);
  }

  addEdge(from: number, to: number): 'known' | 'ordered' | 'cyclic' {
    if (this.hasEdge(from, to)) return 'known';
    this.edges.set(`${from} > ${to}`, [from, to]);
    return this.reachable(to).has(from) ? 'cyclic' : 'ordered';
  }

  bypass(node: number): void {
    const edges = [...this.edges.values()];
    for (const [before, to] of edges) {
      if (to !== node) continue;
      for (const [from, after] of edges) if (from === node && before !== after) this.addEdge(before, after);
    }
  }

  removeNode(node: number): void {
    this.nodes.delete(node);
    for (const [edge, ends] of this.edges) if (ends.includes(node)) this.edges.delete(edge);
  }

  reachable(from: number): ReadonlySet<number> {
    const reached = new Set([from]);
    for (const node of reached) {
      for (const [start, end] of this.edges.values()) if (start === node) reached.add(end);
    }
    return reached;
  }

  /** The nodes that reach each other, as `0 2 5 | 1 | 3 4`. */
  components(): string {
    const reach = new Map([...this.nodes].map((node) => [node, this.reachable(node)]));
    return partition([...this.nodes], (a, b) => reach.get(a)!.has(b) && reach.get(b)!.has(a));
  }
}

/** The classes of an equivalence, each ascending, by their least members. */
export function partition(nodes: readonly number[], same: (a: number, b: number) => boolean): string {
  const classes: number[][] = [];
  for (const node of nodes.toSorted((a, b) => a - b)) {
    const mine = classes.find((members) => same(members[0]!, node));
    if (mine === undefined) classes.push([node]);
    else mine.push(node);
  }
  return classes.map((members) => members.join(' ')).join(' | ');
}
