"""
Writes optim.json and rlcore.json into a folder, in the form of test/golden, with numbers of a seed of its own:

    python peers.py FOLDER SEED CASES

Every expected number is computed by torch, stable-baselines3 or sb3-contrib in float64, except where these hold float32
themselves (the rollout buffer). Numbers that go in are multiples of 2^-10: exact in float32.
"""

import json
import os
import sys

import gymnasium
import numpy as np
import torch
import torch.nn.functional as F
from sb3_contrib.common.maskable.distributions import MaskableCategorical
from sb3_contrib.common.utils import quantile_huber_loss
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.distributions import StateDependentNoiseDistribution
from stable_baselines3.common.running_mean_std import RunningMeanStd
from stable_baselines3.common.sb2_compat.rmsprop_tf_like import RMSpropTFLike
from stable_baselines3.common.utils import explained_variance
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize
from torch import distributions as d

folder, seed, cases = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(seed)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
tight, single = {"atol": 1e-6, "rtol": 1e-5}, {"atol": 1e-5, "rtol": 1e-4}


def numbers(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale * 1024) / 1024


def pick(*options):
    return options[rng.integers(len(options))]


def uniform(low, high):
    return float(np.round(rng.uniform(low, high) * 1024) / 1024)


def leaf(x):
    return torch.tensor(x, requires_grad=True)


def plain(x):
    return x.detach().tolist() if torch.is_tensor(x) else np.asarray(x).tolist()


def case(name, inputs, expected, tolerance=tight):
    listed = lambda what: {key: plain(x) if isinstance(x, (np.ndarray, torch.Tensor)) else x for key, x in what.items()}
    return {"name": name, "inputs": listed(inputs), "expected": listed(expected), "tolerance": tolerance}


def slopes(y, **leaves):
    found = torch.autograd.grad(y.sum(), list(leaves.values()), retain_graph=True, allow_unused=True)
    return {name: torch.zeros_like(x) if g is None else g for (name, x), g in zip(leaves.items(), found)}


# Optimizers ----------------------------------------------------------------------------------------------------------


def descent(name, make, **settings):
    shape = [int(n) for n in rng.integers(1, 5, size=rng.integers(1, 3))]
    x0, grads, lr = numbers(*shape), numbers(10, *shape, scale=pick(0.01, 1, 30)), pick(0.1, 0.01, 0.001)
    x = leaf(x0)
    optimizer = make([x], lr=lr, **settings)
    path = []
    for grad in grads:
        x.grad = torch.tensor(grad)
        optimizer.step()
        path.append(plain(x))
    settings = {key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()}
    return case(name, {"x0": x0, "grads": grads, "lr": lr, **settings}, {"x": path})


def adams():
    return {
        "betas": (uniform(0, 0.95), uniform(0.9, 0.999)),
        "eps": pick(1e-8, 1e-5, 1e-3),
        "weight_decay": pick(0.0, uniform(0, 0.3)),
    }


def sgd():
    momentum = pick(0.0, uniform(0.1, 0.95))
    nesterov = momentum > 0 and bool(pick(True, False))
    dampening = 0.0 if nesterov or momentum == 0 else pick(0.0, uniform(0, 0.9))
    return descent("sgd", torch.optim.SGD, momentum=momentum, nesterov=nesterov, dampening=dampening,
                   weight_decay=pick(0.0, uniform(0, 0.3)))


def rmsprops(centered):
    return {"alpha": uniform(0.5, 0.99), "eps": pick(1e-3, 1e-2) if centered else pick(1e-5, 1e-3), "momentum": pick(0.0, 0.9)}


def rmsprop():
    centered = bool(pick(True, False))
    return descent("rmsprop", torch.optim.RMSprop, centered=centered, **rmsprops(centered))


def clipped():
    grads = {name: numbers(*shape, scale=pick(0.01, 1, 10)) for name, shape in [("a", (3, 2)), ("b", (5,))]}
    max_norm = pick(0.5, 1.0, 40.0)
    leaves = {name: leaf(np.zeros_like(g)) for name, g in grads.items()}
    for name, x in leaves.items():
        x.grad = torch.tensor(grads[name])
    norm = torch.nn.utils.clip_grad_norm_(leaves.values(), max_norm)
    return case("clip_global_norm", {"grads": {name: plain(g) for name, g in grads.items()}, "max_norm": max_norm},
                {"total_norm": float(norm), "clipped": {name: plain(x.grad.flatten()) for name, x in leaves.items()}})


optim = [
    sgd,
    lambda: descent("adam", torch.optim.Adam, amsgrad=bool(pick(True, False)), **adams()),
    lambda: descent("adamw", torch.optim.AdamW, **adams()),
    rmsprop,
    lambda: descent("rmsprop_tf_like", RMSpropTFLike, **rmsprops(False)),
    lambda: descent("adagrad", torch.optim.Adagrad, eps=pick(1e-10, 1e-5)),
    clipped,
]


# Values --------------------------------------------------------------------------------------------------------------


def advantages():
    T, gamma, lam = int(rng.integers(1, 12)), uniform(0.8, 1), uniform(0, 1)
    rewards, values, terminated = numbers(T), numbers(T + 1), (rng.random(T) < 0.3).astype(int)

    def gae(lam):
        box = gymnasium.spaces.Box(-1, 1, (1,))
        buffer = RolloutBuffer(T, box, box, gamma=gamma, gae_lambda=lam)
        buffer.rewards[:, 0], buffer.values[:, 0] = rewards, values[:-1]
        buffer.episode_starts[1:, 0] = terminated[:-1]
        buffer.compute_returns_and_advantage(torch.tensor(values[-1:]), terminated[-1:].astype(float))
        return buffer.advantages[:, 0], buffer.returns[:, 0]

    (gains, returns), (errors, _) = gae(lam), gae(0.0)
    inputs = {"rewards": rewards, "values": values, "terminated": terminated, "gamma": gamma, "lambda": lam}
    return case("lambda_returns", inputs, {"lambda_returns": returns, "gae_advantages": gains, "td_errors": errors}, single)


def moments():
    batches = [numbers(int(n), scale=3) for n in rng.integers(1, 8, size=4)]
    seen, after = RunningMeanStd(epsilon=0), []
    for batch in batches:
        seen.update(batch)
        after.append((float(seen.count), float(seen.mean), float(seen.var)))
    expected = dict(zip(["count", "mean", "var_biased"], map(list, zip(*after))))
    return case("running_moments", {"batches": [plain(b) for b in batches]}, expected)


class Silent(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-9, 9, (2,))
    action_space = gymnasium.spaces.Discrete(2)


def normalized():
    n, T, gamma = 3, 6, uniform(0.8, 0.99)
    observations, rewards, ended = numbers(T + 1, n, 2, scale=3) + 5, numbers(T, n, scale=8), rng.random((T, n)) < 0.3
    env = VecNormalize(DummyVecEnv([Silent] * n), gamma=gamma)
    env.obs_rms.update(observations[0])
    seen, earned = [env.normalize_obs(observations[0])], []
    for t in range(T):
        env.obs_rms.update(observations[t + 1])
        seen.append(env.normalize_obs(observations[t + 1]))
        env._update_reward(rewards[t])
        earned.append(env.normalize_reward(rewards[t]))
        env.returns[ended[t]] = 0
    inputs = {"observations": observations, "rewards": rewards, "ended": ended.astype(int), "gamma": gamma}
    return case("vec_normalize", inputs, {"observations": np.array(seen), "rewards": np.array(earned)}, single)


def explained():
    predictions, returns = numbers(6), numbers(6)
    return case("explained_variance", {"predictions": predictions, "returns": returns},
                {"explained_variance": float(explained_variance(predictions, returns))})


def targets():
    online, target, rewards, terminated = numbers(5, 3), numbers(5, 3), numbers(5), (rng.random(5) < 0.3).astype(int)
    gamma = uniform(0.8, 1)
    q, older, r, goes_on = map(torch.tensor, (online, target, rewards, 1.0 - terminated))
    best = q.argmax(1)
    double = older.gather(1, best[:, None])[:, 0]
    inputs = {"q_online_next": online, "q_target_next": target, "rewards": rewards, "terminated": terminated, "gamma": gamma}
    return case("dqn_targets", inputs, {"dqn": r + gamma * goes_on * older.max(1).values,
                                        "double_dqn": r + gamma * goes_on * double, "double_action": best})


def errors(name, loss):
    q, actions, targets = leaf(numbers(5, 3)), rng.integers(0, 3, 5), numbers(5, scale=3)
    y = loss(q.gather(1, torch.tensor(actions)[:, None])[:, 0], torch.tensor(targets))
    return case(f"dqn_loss_{name}", {"q": q, "actions": actions, "targets": targets}, {"loss": y, **slopes(y, grad_q=q)})


def quantiles():
    current, target = leaf(numbers(3, int(rng.integers(1, 8)))), numbers(3, int(rng.integers(1, 8)), scale=2)
    both = [quantile_huber_loss(current, torch.tensor(target), sum_over_quantiles=over) for over in (True, False)]
    grads = [torch.autograd.grad(y, current)[0] for y in both]
    return case("quantile_huber", {"current_quantiles": current, "target_quantiles": target, "kappa": 1.0},
                {"loss_sum_over_quantiles": both[0], "grad_sum": grads[0],
                 "loss_mean_over_quantiles": both[1], "grad_mean": grads[1]})


# Policies ------------------------------------------------------------------------------------------------------------


def gaussians():
    mean, log_std = leaf(numbers(4, 2)), leaf(numbers(4, 2, scale=0.5))
    action, mean_q, log_std_q = numbers(4, 2), numbers(4, 2), numbers(4, 2, scale=0.5)
    p, q = d.Normal(mean, log_std.exp()), d.Normal(torch.tensor(mean_q), torch.tensor(log_std_q).exp())
    results = {"log_prob": p.log_prob(torch.tensor(action)).sum(1), "entropy": p.entropy().sum(1),
               "kl_p_q": d.kl_divergence(p, q).sum(1)}
    grads = {}
    for name, y in results.items():
        grads |= slopes(y, **{f"grad_mean_of_sum_{name}": mean, f"grad_log_std_of_sum_{name}": log_std})
    inputs = {"mean": mean, "log_std": log_std, "action": action, "mean_q": mean_q, "log_std_q": log_std_q}
    return case("gaussian_diagonal", inputs, {**results, "kl_q_p": d.kl_divergence(q, p).sum(1), **grads})


def discrete(name, of, A, action, others=True, **more):
    logits, logits_q = leaf(numbers(4, A)), numbers(4, A)
    p, q = of(logits), of(torch.tensor(logits_q))
    total = lambda y: y if y.dim() == 1 else y.sum(1)
    results = {"log_prob": total(p.log_prob(torch.tensor(action))), "entropy": total(p.entropy())}
    if others:
        results["kl_p_q"] = total(d.kl_divergence(p, q))
    grads = {}
    for key, y in results.items():
        grads |= slopes(y, **{f"grad_logits_of_sum_{key}": logits})
    return case(name, {"logits": logits, "action": action, **({"logits_q": logits_q} if others else {}), **more},
                {**results, **grads})


def masked():
    A = int(rng.integers(2, 7))
    mask = rng.random((4, A)) < 0.6
    mask[np.arange(4), rng.integers(0, A, 4)] = True
    action = np.array([rng.choice(np.flatnonzero(row)) for row in mask])
    of = lambda logits: MaskableCategorical(logits=logits, masks=torch.tensor(mask))
    return discrete("categorical_masked", of, A, action, others=False, mask=mask.astype(int))


class Several:
    """Independent choices, as stable-baselines3's MultiCategoricalDistribution has them."""

    def __init__(self, logits, nvec):
        self.parts = [d.Categorical(logits=part) for part in torch.split(logits, nvec, dim=1)]

    def log_prob(self, action):
        return torch.stack([p.log_prob(action[:, i]) for i, p in enumerate(self.parts)], 1)

    def entropy(self):
        return torch.stack([p.entropy() for p in self.parts], 1)


def several():
    nvec = [int(n) for n in rng.integers(2, 5, size=3)]
    action = np.stack([rng.integers(0, n, 4) for n in nvec], 1)
    return discrete("multi_categorical", lambda logits: Several(logits, nvec), sum(nvec), action, others=False, nvec=nvec)


def categorical():
    A = int(rng.integers(2, 7))
    return discrete("categorical", lambda logits: d.Categorical(logits=logits), A, rng.integers(0, A, 4))


def bernoulli():
    return discrete("bernoulli", lambda logits: d.Bernoulli(logits=logits), 3, rng.integers(0, 2, (4, 3)).astype(float))


def squashed():
    mean, log_std, u = leaf(numbers(3, 2)), leaf(numbers(3, 2, scale=0.5)), torch.tensor(numbers(3, 2))
    tanh = d.TanhTransform()
    log_prob = (d.Normal(mean, log_std.exp()).log_prob(u) - tanh.log_abs_det_jacobian(u, tanh(u))).sum(1)
    return case("gaussian_tanh_squashed", {"mean": mean, "log_std": log_std, "pre_tanh": u},
                {"action": tanh(u), "log_prob": log_prob, **slopes(log_prob, grad_mean_of_sum=mean, grad_log_std_of_sum=log_std)})


def gsde():
    L, A = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    mean, features, log_std = leaf(numbers(4, A)), numbers(4, L), leaf(numbers(L, A, scale=0.5))
    action = numbers(4, A)
    made = StateDependentNoiseDistribution(A)
    made.proba_distribution_net(L, latent_sde_dim=L)
    made.proba_distribution(mean, log_std, torch.tensor(features))
    log_prob, entropy = made.log_prob(torch.tensor(action)), made.entropy()
    return case("gsde", {"mean": mean, "features": features, "log_std": log_std, "action": action},
                {"log_prob": log_prob, "entropy": entropy, **slopes(log_prob, grad_mean=mean, grad_log_std=log_std)})


def a2c():
    logits, values, actions, returns = leaf(numbers(6, 3)), leaf(numbers(6)), rng.integers(0, 3, 6), numbers(6)
    policy, R = d.Categorical(logits=logits), torch.tensor(returns)
    policy_loss = -((R - values).detach() * policy.log_prob(torch.tensor(actions))).mean()
    value_loss, entropy = F.mse_loss(R, values), policy.entropy().mean()
    loss = policy_loss + 0.5 * value_loss - 0.01 * entropy
    inputs = {"logits": logits, "values": values, "actions": actions, "returns": returns, "vf_coef": 0.5, "ent_coef": 0.01}
    return case("a2c_loss", inputs, {"policy_loss": policy_loss, "value_loss": value_loss, "entropy": entropy, "loss": loss,
                                     **slopes(loss, grad_logits=logits, grad_values=values)})


def trust_region():
    features, W, vector = torch.tensor(numbers(7, 3)), leaf(numbers(3, 3)), torch.tensor(numbers(9))
    actions, gains = torch.tensor(rng.integers(0, 3, 7)), torch.tensor(numbers(7))
    policy = d.Categorical(logits=features @ W)
    old = d.Categorical(logits=(features @ W).detach())
    surrogate = ((policy.log_prob(actions) - old.log_prob(actions)).exp() * gains).mean()
    (gradient,) = torch.autograd.grad(surrogate, W, retain_graph=True)
    (slope,) = torch.autograd.grad(d.kl_divergence(old, policy).mean(), W, create_graph=True)
    (product,) = torch.autograd.grad((slope.flatten() * vector).sum(), W)
    inputs = {"features": features, "W": W, "actions": actions, "advantages": gains, "vector": vector, "damping": 0.1}
    inputs |= {"delta": 0.01, "cg_iterations": 10, "cg_residual_tolerance": 1e-10, "backtrack": 0.8, "max_backtracks": 10}
    return case("trpo_step", inputs, {"surrogate_gradient": gradient.flatten(), "surrogate_before": surrogate,
                                      "fisher_vector_product": product.flatten()})


rlcore = [
    advantages,
    moments,
    normalized,
    explained,
    targets,
    lambda: errors("huber", F.smooth_l1_loss),
    lambda: errors("mse", F.mse_loss),
    quantiles,
    gaussians,
    categorical,
    masked,
    bernoulli,
    several,
    squashed,
    gsde,
    a2c,
    trust_region,
]

for file, families in {"optim": optim, "rlcore": rlcore}.items():
    made = [make() for make in families for _ in range(cases)]
    for i, one in enumerate(made):
        one["name"] += f"_{i % cases}"
    with open(os.path.join(folder, f"{file}.json"), "w") as out:
        json.dump({"source": f"seed {seed}", "cases": made}, out)
