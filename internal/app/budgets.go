package app

import (
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/limit/rate"
)

// openBudgets opens the budgets of cost: of this server alone, or shared by Redis.
func (a *App) openBudgets() error {
	if a.cfg.RateLimit == config.Off {
		a.log.Warn("budgets of cost are off: anybody may use the server as much as they like", "variable", "NEXUS_RATE_LIMIT")
		return nil
	}
	local := rate.NewMemory(time.Now)
	a.budgets = graph.Budgets{
		Limiter: local,
		Visitor: rate.Limit{Cost: a.cfg.RateLimitVisitor, Period: time.Minute},
		User:    rate.Limit{Cost: a.cfg.RateLimitUser, Period: time.Minute},
	}
	if a.cfg.RedisURL == "" {
		return nil
	}
	shared, err := rate.OpenRedis(string(a.cfg.RedisURL), local, rate.Options{Log: a.log})
	if err != nil {
		return err
	}
	a.sharedBudgets, a.budgets.Limiter = shared, shared
	return nil
}
