import type { FieldReader } from "../wire/field-reader.js";
import { type Field, UNSET_DOUBLE, UNSET_INTEGER } from "../wire/message.js";

/**
 * What an order says of itself, by IB's names, as it was written: the gateway passes most of it back unread. What was
 * left empty is not set.
 */
export class OrderAttributes {
  private readonly values = new Map<string, string>();

  /** Reads one field for each name. */
  read(fields: FieldReader, ...names: readonly string[]): void {
    for (const name of names) this.values.set(name, fields.text());
  }

  /** Reads a count and as many groups of fields, and keeps them as they were. */
  readGroups(fields: FieldReader, name: string, width: number): void {
    const count = fields.int();
    this.values.set(`${name}.count`, String(count));
    for (let i = 0; i < count * width; i++) this.values.set(`${name}.${i}`, fields.text());
  }

  text(name: string): string {
    return this.values.get(name) ?? "";
  }

  /** NaN where none is set. */
  number(name: string): number {
    const text = this.text(name);
    if (text === "" || text === UNSET_INTEGER) return Number.NaN;
    const value = Number(text);
    return value === Number.MAX_VALUE ? Number.NaN : value;
  }

  flag(name: string): boolean {
    const text = this.text(name);
    return text === "1" || text === "true";
  }

  count(name: string): number {
    const count = this.number(`${name}.count`);
    return Number.isNaN(count) ? 0 : count;
  }

  set(name: string, value: string | number): void {
    this.values.set(name, String(value));
  }

  /** The fields of these names as they were written. */
  write(...names: readonly string[]): string[] {
    return names.map((name) => this.text(name));
  }

  /** A number, or what stands for none. */
  unset(name: string): Field {
    const text = this.text(name);
    return text === "" ? UNSET_DOUBLE : text;
  }

  /** A number, or 0. */
  orZero(name: string): string {
    return this.text(name) || "0";
  }

  /** 1 or 0. */
  bit(name: string): string {
    return this.flag(name) ? "1" : "0";
  }

  /** A count and its groups, as they were read. */
  writeGroups(name: string, width: number): string[] {
    const count = this.count(name);
    return [String(count), ...Array.from({ length: count * width }, (_, i) => this.text(`${name}.${i}`))];
  }
}
