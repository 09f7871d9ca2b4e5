package html

// maxWords bounds what is remembered: a backup may have any number of reasons.
const maxWords = 50_000

// words are texts that rows refer to by their number, as many rows have the same. The first one is empty.
type words struct {
	list  []string
	known map[string]int
}

func newWords() words { return words{list: []string{""}, known: map[string]int{"": 0}} }

// ref is what stands for a text in a row: its number, or where there are too many texts the text itself.
func (w *words) ref(text string) any {
	if n, ok := w.known[text]; ok {
		return n
	}
	if len(w.list) == maxWords {
		return text
	}
	w.known[text] = len(w.list)
	w.list = append(w.list, text)
	return w.known[text]
}
