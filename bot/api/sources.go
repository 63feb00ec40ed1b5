package api

// SourceStatus says how fresh what came from a followed source is.
type SourceStatus struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // folder, url, sitemap or feed
	Location string `json:"location"`
	// Times are RFC 3339, "" for never.
	LastLook   string `json:"last_look"`
	LastChange string `json:"last_change"` // the last look that found something new
	NextLook   string `json:"next_look"`
	Articles   int    `json:"articles"` // held from it
	Gone       int    `json:"gone"`     // of these, how many are no longer at the source
	Failures   int    `json:"failures"` // looks in a row that failed
	Problems   int    `json:"problems"` // what could not be read at the last look
	Error      string `json:"error"`    // one of these
}
