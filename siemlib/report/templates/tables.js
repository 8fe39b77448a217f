{
  const FEW = 10; // rows that need no filter
  const collator = new Intl.Collator("en", { numeric: true });
  const count = (number) => number.toLocaleString("en");
  const number = (text) => Number(text.replaceAll(",", ""));
  const isNumber = (text) => /^-?[\d,]*\.?\d+(e[+-]?\d+)?$/i.test(text);

  /** Compares two texts of a column: numbers as numbers; times, whose digits stand in order, as text; addresses by part. */
  const comparing = (texts) => {
    const given = texts.filter(Boolean);
    const amounts = given.length > 0 && given.every(isNumber);
    return (one, other) => {
      if (!one || !other) return Number(!one) - Number(!other); // what is missing comes last, whatever the direction
      return amounts ? number(one) - number(other) : collator.compare(one, other);
    };
  };

  class Arranged {
    constructor(table) {
      this.table = table;
      this.code = table.closest(".exhibit").id;
      this.body = table.tBodies[0];
      this.rows = [...this.body.rows];
      this.cut = table.caption.querySelector("a[href$='.csv']") !== null;
      this.sorted = { column: -1, down: false };
      this.words = "";
      this.makeHeads();
      this.tools();
    }

    makeHeads() {
      this.heads = [...this.table.tHead.rows[0].cells].map((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.addEventListener("click", () => this.sort(column));
        return { head, button };
      });
      this.dress();
    }

    dress() {
      for (const { head, button } of this.heads) {
        button.append(...head.childNodes);
        head.append(button);
      }
    }

    tools() {
      const box = document.createElement("div");
      box.className = "tools";
      this.said = document.createElement("span");
      this.said.setAttribute("role", "status");
      if (this.rows.length > FEW) {
        const label = document.createElement("label");
        const input = document.createElement("input");
        input.type = "search";
        input.autocomplete = "off";
        input.setAttribute("aria-label", `Filter the rows of ${this.code}`);
        input.addEventListener("input", () => this.filter(input.value));
        label.append("Filter ", input);
        box.append(label, " ");
      }
      box.append(this.said);
      this.table.closest(".scroll").before(box);
    }

    texts(column) {
      return this.rows.map((row) => row.cells[column].textContent);
    }

    sort(column) {
      const { column: before, down } = this.sorted;
      // Up, down, and as it was recorded.
      this.sorted = before !== column ? { column, down: false } : down ? { column: -1, down: false } : { column, down: true };
      this.show();
    }

    filter(words) {
      this.words = words.toLowerCase();
      this.show();
    }

    order() {
      const { column, down } = this.sorted;
      if (column < 0) return this.rows;
      const texts = this.texts(column);
      const compare = comparing(texts);
      const turn = (one, other) => (down && texts[one] && texts[other] ? -compare(texts[one], texts[other]) : compare(texts[one], texts[other]));
      return texts.map((_, place) => place).sort((one, other) => turn(one, other) || one - other).map((place) => this.rows[place]);
    }

    show() {
      const words = this.words.split(/\s+/).filter(Boolean);
      this.plain ??= this.rows.map((row) => [...row.cells].map((cell) => cell.textContent).join("\n").toLowerCase());
      this.rows.forEach((row, place) => (row.hidden = !words.every((word) => this.plain[place].includes(word))));
      this.body.append(...this.order());
      this.heads.forEach(({ head }, column) => {
        if (column === this.sorted.column) head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      this.say(words.length > 0);
    }

    say(filtered) {
      const { column, down } = this.sorted;
      const parts = [];
      if (filtered) parts.push(`${count(this.rows.filter((row) => !row.hidden).length)} of ${count(this.rows.length)} rows match`);
      if (column >= 0) parts.push(`sorted by ${this.heads[column].head.textContent}, ${down ? "descending" : "ascending"}`);
      const more = parts.length && this.cut ? "; the data file holds more rows than this page" : "";
      this.said.textContent = parts.join(", ") + more;
    }

    /** Paper gets every row in the order of the record, since it does not show what was asked for here; and plain heads:
        a button is not repeated on the next page. */
    restore() {
      this.rows.forEach((row) => (row.hidden = false));
      this.body.append(...this.rows);
      this.heads.forEach(({ head, button }) => head.replaceChildren(...button.childNodes));
    }

    again() {
      this.dress();
      if (this.words || this.sorted.column >= 0) this.show();
    }
  }

  if (!siemForPaper) {
    const tables = [...document.querySelectorAll(".exhibit table.rows")].map((table) => new Arranged(table));
    addEventListener("beforeprint", () => tables.forEach((table) => table.restore()));
    addEventListener("afterprint", () => tables.forEach((table) => table.again()));
  }
}
