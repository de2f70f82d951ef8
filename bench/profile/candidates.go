package profile

import (
	"net/url"
	"slices"
	"strings"
)

// candidates are the places where services keep the status of a job of which
// they tell only the id, under field; the likeliest first, and in the same
// order for every id of a service. An id with slashes is the name of a
// resource, as Google has them: it needs only a place to begin.
func (p place) candidates(id, field string) ([]*url.URL, error) {
	submit := p.named("submit")
	above := ancestors(submit)
	if strings.Contains(id, "/") {
		return p.expandAll([]string{p.named("version") + "/{id}", "/{id}", above[0] + "/{id}", submit + "/{id}"}, id)
	}
	paths := []string{submit + "/{id}", submit + "/{id}/status", submit + "/status/{id}"}
	if above[0] != "" {
		paths = append(paths, above[0]+"/{id}", above[0]+"/{id}/status")
	}
	for _, path := range above {
		for _, end := range [...]string{
			"/status/{id}", "/tasks/{id}", "/jobs/{id}", "/tasks/{id}/status", "/jobs/{id}/status",
			"/task/{id}", "/job/{id}", "/task_status/{id}", "/job_status/{id}", "/result/{id}", "/results/{id}",
		} {
			paths = append(paths, path+end)
		}
	}
	if !strings.HasSuffix(submit, "s") {
		paths = append(paths, submit+"s/{id}")
	}
	paths = append(paths, submit+"/result/{id}")
	if field != wholeBody {
		ask := "?" + url.QueryEscape(lastStep(field)) + "={id}"
		paths = append(paths, above[0]+"/status"+ask, submit+"/status"+ask, submit+ask)
	}
	paths = append(paths, "/{id}")
	return p.expandAll(paths, id)
}

// maxAbove bounds how far up candidates are looked for.
const maxAbove = 3

// ancestors are the paths above a path, the nearest first and the root, "",
// among them.
func ancestors(path string) []string {
	var above []string
	for path != "" && len(above) < maxAbove {
		path = parent(path)
		above = append(above, path)
	}
	if len(above) == 0 || above[len(above)-1] != "" {
		above = append(above, "")
	}
	return above
}

// lastStep of a field's path is the name that a query would use.
func lastStep(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// expandAll compares templates rather than URLs, so that no id changes the
// order.
func (p place) expandAll(templates []string, id string) ([]*url.URL, error) {
	urls := make([]*url.URL, 0, len(templates))
	for i, template := range templates {
		if slices.Contains(templates[:i], template) {
			continue
		}
		u, err := p.expand(template, "", id)
		if err != nil {
			return nil, err
		}
		urls = append(urls, u)
	}
	return urls, nil
}
