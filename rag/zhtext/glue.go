package zhtext

import _ "embed"

//go:embed glue.txt
var glueText string

var glueWords = lazyWords(glueText)

// IsGlue tells whether a folded word only puts facts together: it names nothing
// and counts nothing.
func IsGlue(word string) bool { return glueWords()[word] }
