/**
 * Says a set of tuples as few products of sets: `{a} x {1, 2}` instead of `a1, a2`. The products are disjoint and
 * their union is the set, so nothing is claimed that was not there.
 */
import { groupBy } from "./group.ts";

/** One value set per dimension, each in the order its values first came. */
export type Product<T extends string = string> = readonly (readonly T[])[];

/** @param tuples distinct, all of one length; dimensions are merged from the last to the first. */
export function foldProducts(tuples: readonly (readonly string[])[]): Product[] {
  let products: Product[] = tuples.map((tuple) => tuple.map((value) => [value]));
  for (let dimension = (tuples[0]?.length ?? 0) - 1; dimension >= 0; dimension--) {
    const alike = groupBy(products, (product) => keyWithout(product, dimension));
    products = [...alike.values()].map((group) => merge(group, dimension));
  }
  return products;
}

function keyWithout(product: Product, dimension: number): string {
  return product.map((values, index) => (index === dimension ? "" : values.join(","))).join("|");
}

function merge(group: readonly Product[], dimension: number): Product {
  const values = group.flatMap((product) => product[dimension] ?? []);
  return (group[0] as Product).map((own, index) => (index === dimension ? values : own));
}
