package password

import (
	_ "embed"
	"math"
	"strings"
	"unicode"

	"github.com/project-nexus/nexus/internal/errs"
)

// The lengths of a password, in characters.
const (
	minLength = 12
	maxLength = 1000
)

// The cost of guessing a part of a password, in bits, and the least of a whole:
// that of twelve random digits.
const (
	pieceCost  = 10 // a common word, or a run such as 1234 or qwerty
	letterCost = 5
	otherCost  = 3
	minCost    = minLength * otherCost
)

// Shorter runs and words are taken letter by letter.
const (
	minRun  = 3
	minWord = 4
)

// A longer part that repeats would do on its own.
const maxRepeated = 8

//go:embed common.txt
var commonList string

// Check reports why a password cannot be used, or nil. The forbidden ones are
// what others know of the person: address, handle, name. Who returns the result
// as an error compares it with nil before.
func Check(password string, forbidden ...string) *errs.Error {
	prepared, err := prepare(password)
	if password != "" && err != nil {
		return errs.As(err)
	}
	text := fold(prepared)
	if n := len(text); n < minLength {
		return errs.BadUserInput("The password needs at least %d characters; it has %d.", minLength, n)
	} else if n > maxLength {
		return errs.BadUserInput("The password may have at most %d characters; it has %d.", maxLength, n)
	}
	own := personal(forbidden)
	switch {
	case repeats(text, 1):
		return errs.BadUserInput("The password repeats one character; choose another.")
	case repeats(text, maxRepeated):
		return errs.BadUserInput("The password repeats a short part; choose another.")
	case cost(text, nil) < minCost:
		return errs.BadUserInput("The password is made of sequences such as 1234 or qwerty; choose another.")
	case cost(text, own) < minCost:
		return errs.BadUserInput("The password is little more than your own address or name; choose another.")
	case cost(text, append(common(), own...)) < minCost:
		return errs.BadUserInput("The password is one of the most used, or made of common words and numbers; choose another.")
	default:
		return nil
	}
}

// fold returns the characters of a text without case.
func fold(text string) []rune { return []rune(strings.ToLower(text)) }

// personal returns the words of what others know of a person.
func personal(known []string) [][]rune {
	var words [][]rune
	for _, text := range known {
		local, _, _ := strings.Cut(text, "@")
		words = append(words, fold(strings.TrimSpace(text)), fold(strings.TrimSpace(local)))
	}
	return words
}

// common returns the words of the list.
func common() [][]rune {
	var words [][]rune
	for line := range strings.Lines(commonList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			words = append(words, []rune(word))
		}
	}
	return words
}

// repeats reports whether a part of at most so many characters makes up the
// whole text, the last time perhaps cut off.
func repeats(text []rune, longest int) bool {
	for length := 1; length <= longest && 2*length <= len(text); length++ {
		same := true
		for i := length; i < len(text) && same; i++ {
			same = text[i] == text[i-length]
		}
		if same {
			return true
		}
	}
	return false
}

// cost estimates how many bits a guesser who knows the words and runs needs:
// the least sum over all ways to divide the text into parts.
func cost(text []rune, words [][]rune) int {
	least := make([]int, len(text)+1) // of the first i characters
	for i := 1; i <= len(text); i++ {
		least[i] = math.MaxInt
	}
	rows := keyboards()
	reach := func(end, bits int) { least[end] = min(least[end], bits) }
	for i, char := range text {
		single := otherCost
		if unicode.IsLetter(char) {
			single = letterCost
		}
		reach(i+1, least[i]+single)
		for end := i + minRun; end <= i+run(text[i:], rows); end++ {
			reach(end, least[i]+pieceCost)
		}
		for _, word := range words {
			if len(word) >= minWord && begins(text[i:], word) {
				reach(i+len(word), least[i]+pieceCost)
			}
		}
	}
	return least[len(text)]
}

// begins reports whether a text begins with a word, digits and signs in place
// of letters that they look like included.
func begins(text, word []rune) bool {
	if len(text) < len(word) {
		return false
	}
	for i, want := range word {
		if text[i] != want && !strings.ContainsRune(looksLike(text[i]), want) {
			return false
		}
	}
	return true
}

func looksLike(char rune) string {
	switch char {
	case '0':
		return "o"
	case '1', '!':
		return "il"
	case '3':
		return "e"
	case '4', '@':
		return "a"
	case '5', '$':
		return "s"
	case '7':
		return "t"
	default:
		return ""
	}
}

// run returns how many characters from the first on continue each other: the
// same again, counting up or down, or neighbours on a keyboard in one direction.
func run(text []rune, keyboards []string) int {
	longest := 1
	for _, step := range []rune{-1, 0, 1} {
		n := 1
		for n < len(text) && text[n]-text[n-1] == step {
			n++
		}
		longest = max(longest, n)
	}
	for _, keys := range keyboards {
		longest = max(longest, along(text, keys))
	}
	return longest
}

// along returns how many characters of a text follow each other in keys.
func along(text []rune, keys string) int {
	start := strings.IndexRune(keys, text[0])
	if start < 0 {
		return 0
	}
	n := 0
	for _, key := range keys[start:] {
		if n == len(text) || text[n] != key {
			break
		}
		n++
	}
	return n
}

// keyboards returns the ways that fingers go over the usual keyboards, there
// and back.
func keyboards() []string {
	rows := []string{
		"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
		"qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
		"zaq1xsw2cde3vfr4bgt5nhy6mju7", "!@#$%^&*()",
	}
	for _, row := range rows {
		rows = append(rows, reversed(row))
	}
	return rows
}

func reversed(text string) string {
	var b strings.Builder
	for i := len(text) - 1; i >= 0; i-- {
		b.WriteByte(text[i])
	}
	return b.String()
}
