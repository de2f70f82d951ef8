package mockllm

type modelList struct {
	Object string  `json:"object"`
	Data   []model `json:"data"`
}

type model struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

// served is the one model. It was created at a fixed instant, so that every worker says the same.
func (a *api) served() model {
	const created = 1767225600 // 2026-01-01T00:00:00Z
	return model{ID: a.cfg.Model, Object: "model", Created: created, OwnedBy: "aibench"}
}

// listModels answers GET /v1/models.
func (a *api) listModels(c *call) {
	c.strikeWhole(func() {
		c.entry.finish = finishStop
		c.answerJSON(modelList{Object: "list", Data: []model{a.served()}})
	})
}

// oneModel answers GET /v1/models/{model}.
func (a *api) oneModel(c *call) {
	c.strikeWhole(func() {
		if c.param != a.cfg.Model {
			c.refuse(errUnknownModel(c.param))
			return
		}
		c.entry.finish = finishStop
		c.answerJSON(a.served())
	})
}
