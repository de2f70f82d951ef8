package profile

import (
	"encoding/json"
	"strings"
)

// A role is what a member of a status body is for, as its name tells.
type role uint8

const (
	stateRole role = iota
	doneRole
	wellRole
	createdRole
	startedRole
	completedRole
	idRole
	statusURLRole
	looseURLRole // a URL that may be of anything
	resultURLRole
	socketURLRole
	eventsURLRole
	cancelURLRole
	resultRole
	reasonRole
	attemptsRole
	numRoles
)

// roleNames are the names under which services keep each thing, plain, the
// surest first.
func roleNames() [numRoles]string {
	return [numRoles]string{
		stateRole: "status state taskstatus taskstate jobstatus jobstate currentstatus currentstate processingstatus " +
			"provisioningstate runstatus runstate phase stage",
		doneRole: "done complete completed ready finished isdone iscomplete iscompleted isready isfinished",
		wellRole: "successful success succeeded issuccessful issuccess ok",
		createdRole: "createdat created createtime creationtime creationdate createddate createdtime createddatetime datecreated " +
			"enqueuedat queuedat submittedat submittime receivedat",
		startedRole: "startedat started starttime startedtime startdate datestarted startat inprogressat processingstartedat",
		completedRole: "endedat completedat finishedat datedone completed finished ended endtime completiontime " +
			"completedtime finishtime finishedtime enddate donetime doneat failedat",
		idRole: "taskid jobid operationid predictionid runid executionid workflowid id requestid uuid guid ticketid " +
			"ticket handle name key token task job",
		statusURLRole: "statusurl statusuri statuslink statushref statusendpoint pollurl polluri pollingurl pollinguri " +
			"pollendpoint checkurl trackingurl monitorurl taskurl taskuri joburl joburi operationurl operationlocation",
		looseURLRole: "location url uri href self link links status resulturl resulturi responseurl result",
		resultURLRole: "resulturl resulturi resultlink resultsurl responseurl resourcelocation outputurl downloadurl " +
			"resultfileurl",
		socketURLRole: "wsurl websocketurl socketurl wsuri websocket",
		eventsURLRole: "eventsurl eventurl sseurl streamurl eventsuri",
		cancelURLRole: "cancelurl canceluri cancellink",
		resultRole:    "result taskresult jobresult output results outputs",
		reasonRole: "error errormessage errors detail excinfo traceback exception reason failurereason message statusmessage " +
			"info",
		attemptsRole: "attempts",
	}
}

// linkNames are the same for what stands in a collection of links.
func linkNames() [numRoles]string {
	return [numRoles]string{
		statusURLRole: "status get self poll check",
		resultURLRole: "result results output response",
		socketURLRole: "ws websocket socket",
		eventsURLRole: "events sse",
		cancelURLRole: "cancel",
	}
}

// A slot is what a name stands for, and how surely: 0 is surest.
type slot struct {
	role role
	rank int
}

// names are the slots of a plain name.
type names map[string][]slot

func namesOf(roles [numRoles]string) names {
	n := names{}
	for r, list := range roles {
		for rank, name := range strings.Fields(list) {
			n[name] = append(n[name], slot{role(r), rank})
		}
	}
	return n
}

// fits tells whether a value can be what a role is for.
func (r role) fits(v any) bool {
	switch r {
	case stateRole:
		word := wordOf(v)
		return word != "" && !looksLikeURL(word)
	case doneRole, wellRole:
		_, ok := v.(bool)
		return ok
	case createdRole, startedRole, completedRole:
		return stamp(v, "auto").Known
	case idRole:
		return scalar(v) != "" && kind(v) != kind(true) && len(scalar(v)) <= maxValue
	case looseURLRole:
		return looksLikeURL(linkOf(v))
	case statusURLRole, resultURLRole, socketURLRole, eventsURLRole, cancelURLRole:
		return linkOf(v) != ""
	case attemptsRole:
		return runs(v) > 0
	default:
		return filled(v)
	}
}

// wordOf is a state, which some services wrap once more.
func wordOf(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case map[string]any:
		for _, name := range [...]string{"state", "phase", "status", "name", "value"} {
			if s, ok := v[name].(string); ok {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

// linkOf is a URL, which some services wrap in an object with its href.
func linkOf(v any) string {
	if object, ok := v.(map[string]any); ok {
		v = object["href"]
	}
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

func looksLikeURL(s string) bool {
	for _, begin := range [...]string{"/", "./", "../", "?", "http://", "https://"} {
		if strings.HasPrefix(s, begin) {
			return true
		}
	}
	return false
}

// found is what a body has for each role.
type found [numRoles]struct {
	key  string // "" is nothing
	rank int
	v    any
}

// wholeBody stands for the key of a body that is one scalar.
const wholeBody = "the body"

// scan looks an object through. Of two names that fit equally well the first
// in the alphabet is taken, so that the same body always reads the same.
func (f *found) scan(object map[string]any, n names) {
	for key, v := range object {
		for _, s := range n[plain(key)] {
			at := &f[s.role]
			better := at.key == "" || s.rank < at.rank || s.rank == at.rank && key < at.key
			if better && s.role.fits(v) {
				at.key, at.rank, at.v = key, s.rank, v
			}
		}
	}
}

// take fills what is not found yet from another object, in which keys begin
// with name.
func (f *found) take(other *found, name string) {
	for r := range f {
		if f[r].key == "" && other[r].key != "" {
			f[r] = other[r]
			f[r].key = name + "." + other[r].key
		}
	}
}

// find looks a whole body through: its members, its links, and one envelope
// around it.
func (p *Profile) find(doc any) *found {
	f := &found{}
	switch v := doc.(type) {
	case string:
		// A word, an id or a URL, and nothing else.
		for _, r := range [...]role{stateRole, idRole, looseURLRole} {
			if r.fits(v) {
				f[r].key, f[r].v = wholeBody, v
			}
		}
	case json.Number:
		f[idRole].key, f[idRole].v = wholeBody, v
	case map[string]any:
		p.findIn(f, v)
		for _, name := range [...]string{"data", "job", "task", "operation", "prediction", "response", "properties"} {
			object, ok := v[name].(map[string]any)
			if !ok {
				continue
			}
			inner := &found{}
			p.findIn(inner, object)
			if name == "data" && isEnvelope(f, inner) {
				f[stateRole].key = ""
			}
			f.take(inner, name)
		}
	}
	return f
}

func (p *Profile) findIn(f *found, object map[string]any) {
	f.scan(object, p.names)
	for _, name := range [...]string{"urls", "links", "_links"} {
		if links, ok := object[name].(map[string]any); ok {
			inner := &found{}
			inner.scan(links, p.links)
			f.take(inner, name)
		}
	}
	for _, name := range [...]string{"timestamps", "times", "meta", "metadata"} {
		if times, ok := object[name].(map[string]any); ok {
			inner, only := &found{}, &found{}
			inner.scan(times, p.names)
			for _, r := range [...]role{createdRole, startedRole, completedRole} {
				only[r] = inner[r]
			}
			f.take(only, name)
		}
	}
}

// isEnvelope tells whether an outer "success" is of the request, not of the
// job that data tells about, as JSend has it.
func isEnvelope(outer, inner *found) bool {
	switch plain(wordOf(outer[stateRole].v)) {
	case "success", "ok":
		_, known := meaning(wordOf(inner[stateRole].v))
		return known
	default:
		return false
	}
}
