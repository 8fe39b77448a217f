{
  const LARGEST = 1 << 30; // bytes of a file that a browser is asked to hold at once
  const MANIFEST = "manifest-sha256.txt";
  const short = (digest) => `${digest.slice(0, 16)}…`;
  const count = (number) => number.toLocaleString("en");
  const many = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

  /** Header and rows as shown, in the form that the record of the exhibit names. */
  const textOf = (lines) => lines.map((line) => `${JSON.stringify([...line.cells].map((cell) => cell.textContent))}\n`).join("");

  /** What of an exhibit was computed, as a word and whether it is what it should be. Of none without rows is anything
      to be seen; a chart that is not there was taken out. */
  const partsOf = async ({ said, lines, empty, chart }) => {
    const parts = [];
    if (lines.length || !empty) {
      const found = await siemDigest(textOf(lines));
      parts.push({ what: `the ${many(Math.max(lines.length - 1, 0), "row")} shown here`, one: lines.length === 2, wanted: said.dataset.rows, found });
    }
    if (said.dataset.figure) parts.push({ what: "the data of the chart", one: false, wanted: said.dataset.figure, found: await siemDigest(chart?.textContent ?? "") });
    return parts;
  };

  const sayExhibit = (said, parts) => {
    const wrong = parts.filter((part) => part.found !== part.wanted);
    if (!parts.length || parts.some((part) => !part.found)) return;
    const named = (list) => list.map((part) => `${part.what} (SHA-256 ${short(part.wanted)})`).join(" and ");
    const match = (list) => (list.length === 1 && list[0].one ? ["matches", "does not match"] : ["match", "do not match"]);
    said.classList.toggle("red", wrong.length > 0);
    said.textContent = wrong.length
      ? `Computed in this browser: ${named(wrong)} ${match(wrong)[1]} the digest written into this page. The page was changed.`
      : `Computed in this browser: ${named(parts)} ${match(parts)[0]} the digest written into this page.`;
    said.hidden = false;
  };

  /** What is to be checked, its rows in the order in which they came: a reader may sort them meanwhile. Every row of the
      exhibit counts, whatever part of whatever table it stands in. */
  const asItCame = (said) => {
    const exhibit = said.closest(".exhibit");
    const lines = [...exhibit.querySelectorAll("tr")];
    return { said, lines, empty: said.dataset.length === "0", chart: exhibit.querySelector("script[data-chart]") };
  };

  const checkExhibits = async (all) => {
    for (const one of all) {
      sayExhibit(one.said, await partsOf(one));
      await siemPause();
    }
    document.documentElement.classList.add("exhibits-checked");
  };

  /** The path of a chosen file from the folder of the report, as far as the browser tells it. */
  const pathOf = (file) => {
    const parts = (file.webkitRelativePath || file.name).split("/");
    const data = parts.indexOf("data");
    return data >= 0 ? parts.slice(data).join("/") : parts.length > 1 ? parts.slice(1).join("/") : parts[0];
  };

  /** The digests that a path may have: those of its name alone, where the browser does not tell the folder. */
  const wantedOf = (named, path) => {
    const whole = named.get(path);
    if (whole || path.includes("/")) return whole ? [whole] : [];
    return [...named].filter(([name]) => name.endsWith(`/${path}`)).map(([, digest]) => digest);
  };

  const readManifest = async (files) => {
    const file = files.find((one) => pathOf(one) === MANIFEST);
    if (!file) return null;
    const lines = (await file.text()).split("\n").filter(Boolean);
    const unescaped = (name) => name.replace(/%0d/gi, "\r").replace(/%0a/gi, "\n").replaceAll("%25", "%");
    return new Map(lines.map((line) => [unescaped(line.slice(66)), line.slice(0, 64).toLowerCase()]));
  };

  /** Compares chosen files with digests: which match, which do not, which are not named, and which were too large. */
  const compare = (digests, named) => {
    const result = { match: [], differ: [], unnamed: [] };
    for (const [path, digest] of digests) {
      const wanted = wantedOf(named, path);
      result[!wanted.length ? "unnamed" : wanted.includes(digest) ? "match" : "differ"].push(path);
    }
    return result;
  };

  const line = (text, style) => {
    const paragraph = document.createElement("p");
    const words = document.createElement(style ? "strong" : "span");
    if (style) words.className = style;
    words.textContent = text;
    paragraph.append(words);
    return paragraph;
  };

  const tell = (where, named, result) => {
    const told = [];
    if (result.differ.length) told.push(line(`Not as ${where} says: ${result.differ.join(", ")}.`, "red"));
    const checked = result.match.length + result.differ.length;
    const absent = named.size - checked;
    const rest = absent > 0 ? ` Of the ${count(named.size)} that it names, ${count(absent)} ${absent === 1 ? "was" : "were"} not chosen.` : "";
    if (checked) told.push(line(`${count(result.match.length)} of the ${many(checked, "chosen file")} that ${where} names ${result.match.length === 1 ? "matches" : "match"} it.${rest}`));
    else told.push(line(`${where[0].toUpperCase()}${where.slice(1)} names none of the chosen files.`));
    return told;
  };

  const checkFiles = async (files, out) => {
    out.replaceChildren(line(`Computing the SHA-256 of ${many(files.length, "file")} …`));
    const digests = new Map();
    const large = [];
    for (const file of files) {
      const path = pathOf(file);
      if (file.size > LARGEST) large.push(path);
      else digests.set(path, await siemDigest(await file.arrayBuffer()));
    }
    const named = new Map(Object.entries(siemJson("digests")).map(([name, digest]) => [`data/${name}`, digest]));
    const page = compare(digests, named);
    const told = tell("this page", named, page);
    const manifest = await readManifest(files);
    if (manifest) {
      const bag = compare(digests, manifest);
      told.push(...tell(MANIFEST, manifest, bag));
      const added = bag.unnamed.filter((path) => path.startsWith("data/"));
      if (added.length) told.push(line(`Not listed in ${MANIFEST}: ${added.join(", ")}.`, "red"));
    } else if (page.unnamed.length) {
      told.push(line(`Not named in this page, and so not checked: ${page.unnamed.join(", ")}.`));
    }
    const seal = digests.get("tagmanifest-sha256.txt");
    if (seal) told.push(line(`SHA-256 of tagmanifest-sha256.txt, to compare with the one noted when the report was built: ${seal}`));
    if (large.length) told.push(line(`Too large to be checked here: ${large.join(", ")}.`, "amber"));
    out.replaceChildren(...told);
  };

  if (globalThis.crypto?.subtle) {
    checkExhibits([...document.querySelectorAll(".check[data-rows]")].map(asItCame));
    const section = document.getElementById("check");
    if (section) {
      section.hidden = false;
      for (const input of section.querySelectorAll("input")) {
        input.addEventListener("change", () => checkFiles([...input.files], document.getElementById("check-result")));
      }
    }
  }
}
