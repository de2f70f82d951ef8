package profile

import "strings"

// nearest gives the candidate that name was probably meant to be; "" when none
// is close. At most a third of the letters, and never fewer than one, may
// differ, or else one is the other's beginning, as celery is celery-fastapi's.
func nearest(name string, candidates []string) string {
	if len(name) > maxWord {
		return ""
	}
	lower := strings.ToLower(name)
	best, least := "", max(1, len(name)/3)+1
	for _, c := range candidates {
		if d := distance(lower, strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	if best != "" {
		return best
	}
	for _, c := range candidates {
		if len(name) > 2 && (strings.HasPrefix(c, lower) || strings.Contains(c, "-"+lower)) {
			return c
		}
	}
	return ""
}

// distance is Levenshtein's: inserting, deleting and changing a letter count
// one each.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, change)
		}
	}
	return row[len(b)]
}
