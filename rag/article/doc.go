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
// What a document is shows in its content, not in its name: JSON Lines, front
// matter over HTML or Markdown, a whole HTML page, Markdown, a newspaper page
// set in columns (hard-wrapped lines, several pieces on one page), a text page
// copied from a web site with its navigation, an aggregator's page (an article,
// then teasers of other articles between separator lines), plain text. UTF-8,
// UTF-16 with a byte order mark and GB18030 are recognised.
//
// # What is kept
//
// Paragraphs keep the source's wording and punctuation. Taken out are scripts,
// navigation, captions of pictures, credits that stand alone, and everything
// else that a page carries besides its text. Headings without a paragraph of
// their own are the first line of the paragraph below them. In hard-wrapped
// text, lines are joined and the blanks that justification put next to figures
// are removed. An aggregator's teasers are dropped: they break off in the
// middle of a sentence and belong to other articles.
//
// # Dates
//
// Published is a day in China's time zone. It comes from the metadata, from a
// line such as 发布时间, from the dateline (the year, if the dateline lacks it,
// is the one that the text names most often) or else from the latest full date
// that the text states. A document of which only the year is known has a zero
// Published: no day is better than a wrong one. [Year] still tells the year.
//
// # Identity
//
// A given ID is kept. Otherwise the ID is a digest of the file's base name, the
// article's title and, for titles that repeat within the file, their ordinal;
// so an article keeps its ID when it is read from another working directory or
// when its text is corrected. Files of the same name in different folders may
// hold articles of the same title: [Distinct] tells those apart by their folder
// once all files of a run have been read.
package article
