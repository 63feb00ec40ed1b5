package zhtext

// IsQuestionWord tells whether a term asks (多少, 什么, how many).
func IsQuestionWord(term string) bool { return false }

// IsStopWord tells whether a term carries no content (的, 了, the).
func IsStopWord(term string) bool { return false }
