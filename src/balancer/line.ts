/** A link of a Line. It stands in one line at most, and carries its place in the order of all lines. */
export interface Link<T extends Link<T>> {
  readonly number: number
  line: Line<T> | undefined
  before: T | undefined
  after: T | undefined
}

/** A doubly linked list in the order of numbers: whoever stands anywhere in it can leave at the same small cost. */
export class Line<T extends Link<T>> {
  first: T | undefined
  #last: T | undefined

  /** At the end. */
  push(link: T): void {
    this.#insert(link, undefined)
  }

  remove(link: T): void {
    if (link.before === undefined) this.first = link.after
    else link.before.after = link.after
    if (link.after === undefined) this.#last = link.before
    else link.after.before = link.before
    link.line = link.before = link.after = undefined
  }

  /** Takes in all of another line, each at the place that its number gives it. */
  merge(other: Line<T>): void {
    let next = this.first
    for (const link of other.toArray()) {
      other.remove(link)
      while (next !== undefined && next.number < link.number) next = next.after
      this.#insert(link, next)
    }
  }

  toArray(): T[] {
    const links: T[] = []
    for (let link = this.first; link !== undefined; link = link.after) links.push(link)
    return links
  }

  /** Undefined: at the end. */
  #insert(link: T, next: T | undefined): void {
    const before = next === undefined ? this.#last : next.before
    link.line = this
    link.before = before
    link.after = next
    if (before === undefined) this.first = link
    else before.after = link
    if (next === undefined) this.#last = link
    else next.before = link
  }
}
