/** A request that does not follow its layout. What it says goes to the client. */
export class MalformedRequest extends Error {
  override readonly name = "MalformedRequest";
}

/** The fields of a request, read one after the other. An empty field is a value that was not set. */
export class FieldReader {
  private readonly fields: readonly string[];
  private at = 0;

  /** @throws MalformedRequest for a payload that does not end with a field's zero byte */
  constructor(payload: Buffer) {
    const text = payload.toString("utf8");
    if (!text.endsWith("\0")) throw new MalformedRequest("the last field does not end");
    this.fields = text.slice(0, -1).split("\0");
  }

  /** How many fields are left. */
  get left(): number {
    return this.fields.length - this.at;
  }

  /** The fields as they came, the message id first. */
  get all(): readonly string[] {
    return this.fields;
  }

  text(): string {
    if (this.at >= this.fields.length) throw new MalformedRequest(`it has only ${this.fields.length} fields`);
    return this.fields[this.at++];
  }

  /** A whole number; an empty field is 0. */
  int(): number {
    const text = this.text();
    if (text === "") return 0;
    const value = Number(text);
    if (!Number.isInteger(value)) throw new MalformedRequest(`field ${this.at} is "${text}" and no whole number`);
    return value;
  }

  /** A number; undefined where none is set: an empty field, or the largest double or integer. */
  number(): number | undefined {
    const text = this.text();
    if (text === "") return undefined;
    if (text === "Infinite" || text === "Infinity") return Infinity;
    const value = Number(text);
    if (Number.isNaN(value)) throw new MalformedRequest(`field ${this.at} is "${text}" and no number`);
    return value === Number.MAX_VALUE || value === 2_147_483_647 ? undefined : value;
  }

  /** 1, 0, true or false; undefined for an empty field. */
  flag(): boolean | undefined {
    const text = this.text();
    if (text === "") return undefined;
    if (text === "1" || text === "true") return true;
    if (text === "0" || text === "false") return false;
    throw new MalformedRequest(`field ${this.at} is "${text}" and neither 0 nor 1`);
  }

  /** 1 or true; an empty field is false. */
  bool(): boolean {
    return this.flag() === true;
  }

  /** @throws MalformedRequest where fields are left over */
  end(): void {
    if (this.left > 0) throw new MalformedRequest(`${this.left} fields are left over`);
  }
}
