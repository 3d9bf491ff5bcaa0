package seed

import (
	"math/rand/v2"
	"slices"
	"strings"
)

const (
	vocabularySize = 6000
	// nameWords are the words from which technologies get their names.
	nameWords = 3000
	// titleWords is the number of first words of concepts.
	titleWords = 1000
)

// zipf draws positions from 0, each about as often as one part of its rank.
type zipf struct {
	// reach[i] is the share of draws that end at i or before.
	reach []float64
}

// newZipf returns a distribution over n ranks. An offset flattens its top, as
// in natural language.
func newZipf(n int, offset float64) zipf {
	reach := make([]float64, n)
	sum := 0.0
	for i := range reach {
		sum += 1 / (float64(i+1) + offset)
		reach[i] = sum
	}
	for i := range reach {
		reach[i] /= sum
	}
	return zipf{reach: reach}
}

func (z zipf) draw(r *rand.Rand) int {
	i, _ := slices.BinarySearch(z.reach, r.Float64())
	return min(i, len(z.reach)-1)
}

// distinct draws n different positions.
func (z zipf) distinct(r *rand.Rand, n int) []int {
	drawn := make([]int, 0, n)
	for len(drawn) < n {
		if i := z.draw(r); !slices.Contains(drawn, i) {
			drawn = append(drawn, i)
		}
	}
	return drawn
}

// vocabulary holds made-up words, the most frequent and shortest first.
type vocabulary struct {
	words     []string
	frequency zipf
}

func newVocabulary(r *rand.Rand) *vocabulary {
	syllables := strings.Fields("al ben cor dal el fen gar hol in jor kel lun mar nor ol per quil ran sol tam ul ven wil yor zel bri cla dre flo gri pla sto")
	v := &vocabulary{frequency: newZipf(vocabularySize, 2.7)}
	known := map[string]bool{}
	longer := []string{""}
	for len(v.words) < vocabularySize {
		var words []string
		for _, start := range longer {
			for _, syllable := range syllables {
				words = append(words, start+syllable)
			}
		}
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		for _, word := range words {
			if !known[word] && len(v.words) < vocabularySize {
				known[word] = true
				v.words = append(v.words, word)
			}
		}
		longer = words
	}
	return v
}

// title returns one line of least to most words, without a full stop.
func (v *vocabulary) title(r *rand.Rand, least, most int) string {
	var b strings.Builder
	v.sentence(&b, r, between(r, least, most))
	return b.String()
}

// prose returns sentences of least to most words in all.
func (v *vocabulary) prose(r *rand.Rand, least, most int) string {
	var b strings.Builder
	for left := between(r, least, most); left > 0; {
		words := min(left, between(r, 6, 14))
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		v.sentence(&b, r, words)
		b.WriteByte('.')
		left -= words
	}
	return b.String()
}

func (v *vocabulary) sentence(b *strings.Builder, r *rand.Rand, words int) {
	for i := range words {
		word := v.words[v.frequency.draw(r)]
		if i == 0 {
			word = capital(word)
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
