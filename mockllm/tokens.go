package mockllm

import "strconv"

// maxTokens is the longest answer, in tokens, that a request can ask for.
const maxTokens = 1 << 20

// appendToken appends the text of token number seq, " t17". The number shows a reader which token was lost, doubled or
// reordered. There is nothing in it that JSON or SSE would escape: the frames of a stream rely on that.
func appendToken(dst []byte, seq int) []byte {
	dst = append(dst, " t"...)
	return strconv.AppendInt(dst, int64(seq), 10)
}

// answerText is the text of a whole answer of n tokens.
func answerText(n int) string {
	text := make([]byte, 0, 7*n)
	for seq := range n {
		text = appendToken(text, seq)
	}
	return string(text)
}

// countTokens estimates how many tokens a text has, by the rule of thumb of four bytes each. The mock has no vocabulary,
// and usage needs no more than that the same text always counts the same.
func countTokens(text string) int { return (len(text) + 3) / 4 }
