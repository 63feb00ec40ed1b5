// Package article turns raw documents into clean articles and articles into
// passages that can be searched and cited.
//
// Start at [Walk], which lists the files to read, and [ParseFile], which reads
// one of them; [Parse] does the same for bytes that are at hand. One document
// may hold several articles. Then [Split] cuts an article into passages and
// [EmbeddingText] gives a passage the context that its vector should know.
//
// # Formats
//
// What a document is shows in its content, not in its name: PDF, Office files,
// EPUB, mail and MHTML, feeds, subtitles, calendars, JSON, notebooks and JSON Lines, tables
// in plain text, RST and AsciiDoc, front matter over HTML or Markdown, a whole HTML page, Markdown
// with HTML or components in it, a newspaper page set in columns (hard-wrapped
// lines, several pieces on one page), a text page copied from a web site with
// its navigation, an aggregator's page (an article, then teasers of other
// articles between separator lines), plain text. UTF-8, UTF-16, GB18030 and Big5
// are recognised; Japanese and Korean encodings are refused by name.
//
// # What is kept
//
// Everything that is not clearly something else. Paragraphs keep the source's
// wording and punctuation, code its line breaks. Left out are scripts,
// navigation, lines about the site, pictures' lines with their photographer,
// running heads, other articles' teasers and what a reader of a page does not
// see; [Options].Omitted hears of each of these texts. A document with text
// never ends without a paragraph.
//
// A row of a table is a paragraph in which each cell stands behind its header,
// merged cells filled in; the figures of a diagram are a table too, and a table in
// a cell stands below its row. A list stays with the line that leads to it, a
// question with its answer. An item of an ordered list has the number that a reader
// sees, a note its mark. A day or time alone on a line is a heading of what takes
// place then. The headings over a paragraph are its Section, which
// is searched with it ([SearchText]) and not quoted; in laws the article (第四条)
// is the last of them. A heading right above a paragraph is also its first line.
// In hard-wrapped text, lines are joined and the blanks that justification put
// next to figures are removed.
//
// # Dates
//
// Published is a day in China's time zone. It comes from the metadata, from a
// line such as 发布时间 or a day alone above or below the text, from the dateline
// (the year, if the dateline lacks it, is the one that the text names most often),
// from the title or from the file's name. The day of an event that a text announces
// is none of these. Otherwise it is zero: no day is better than a wrong one, and a date
// that names none is told of. [Year] still tells the year. A day that stands below a text,
// with who signs, stays in the text as well.
//
// # Identity
//
// A given ID is kept. Otherwise the ID is a digest of where the article comes
// from: a record's address, or the file's path and the place in it. Title and
// text may be corrected. [Settle] compares what was read with what is held: a
// file that moved keeps its articles' IDs, copies are held once.
package article
