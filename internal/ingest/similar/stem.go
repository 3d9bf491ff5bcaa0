package similar

import "strings"

// shortestStem is what must be left of a word that loses its ending.
const shortestStem = 3

// stem takes the ending off an English word, so that "query" and "queries",
// "cache" and "caching" are one. It is coarse: what it gets wrong it gets wrong
// alike in all texts.
func stem(word string) string {
	if cut, found := strings.CutSuffix(word, "ies"); found && len(cut) >= shortestStem {
		return cut + "y"
	}
	if !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is") && len(word) > shortestStem {
		word = strings.TrimSuffix(word, "s")
	}
	for _, ending := range []string{"ing", "ed"} {
		if cut, found := strings.CutSuffix(word, ending); found && len(cut) >= shortestStem {
			word = undouble(cut)
			break
		}
	}
	if len(word) > shortestStem {
		word = strings.TrimSuffix(word, "e")
	}
	return word
}

// undouble makes "submitt" "submit"; "ll" and "ss" stay, as in "call".
func undouble(word string) string {
	n := len(word)
	if n > shortestStem && word[n-1] == word[n-2] && !strings.ContainsRune("ls", rune(word[n-1])) {
		return word[:n-1]
	}
	return word
}

func stems(list []string) []string {
	stemmed := make([]string, len(list))
	for i, word := range list {
		stemmed[i] = stem(word)
	}
	return stemmed
}
