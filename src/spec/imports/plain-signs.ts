// How does a text read with the signs that ASCII has? People write numbers, ids and marks with full-width signs and with
// the digits of their own script. Every sign stays one sign, so a place in one text is the same place in the other.

const SIGNS: Readonly<Record<string, string>> = {
  "\u3000": " ",
  "、": ",",
  "،": ",",
  "؛": ";",
  "。": ".",
  "٫": ".",
  "〜": "~",
  "【": "[",
  "】": "]",
  "〔": "[",
  "〕": "]",
  "−": "-",
  "‐": "-",
  "‑": "-",
};

/** The zeros of the scripts whose digits people number lists with; nine digits follow each. */
const ZEROS = [..."٠۰०০੦૦୦௦౦೦൦๐໐༠၀០"].map((zero) => zero.charCodeAt(0));

export function plainSigns(text: string): string {
  return text.replace(/[^\p{ASCII}]/gu, (sign) => {
    const code = sign.charCodeAt(0);
    if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? (SIGNS[sign] ?? sign) : String(code - zero);
  });
}
