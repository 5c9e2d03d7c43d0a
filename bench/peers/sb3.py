import time

from peer import serve, threads

# rl-baselines3-zoo's settings for CartPole-v1 (hyperparams/*.yml); a linear schedule goes down to 0.
ZOO = {
    "ppo": dict(
        n_envs=8,
        settings=dict(n_steps=32, batch_size=256, gae_lambda=0.8, gamma=0.98, n_epochs=20, ent_coef=0.0),
        linear=dict(learning_rate=1e-3, clip_range=0.2),
    ),
    "a2c": dict(n_envs=8, settings=dict(ent_coef=0.0), linear={}),
    "dqn": dict(
        n_envs=1,
        settings=dict(
            learning_rate=2.3e-3,
            batch_size=64,
            buffer_size=100_000,
            learning_starts=1000,
            gamma=0.99,
            target_update_interval=10,
            train_freq=256,
            gradient_steps=128,
            exploration_fraction=0.16,
            exploration_final_eps=0.04,
            policy_kwargs=dict(net_arch=[256, 256]),
        ),
        linear={},
    ),
}


def load():
    import gymnasium
    import numpy
    import stable_baselines3
    import torch
    from stable_baselines3.common.env_util import make_vec_env

    torch.set_num_threads(threads())

    def train(algorithm, steps, seed):
        zoo = ZOO[algorithm]
        begin = time.perf_counter()
        env = make_vec_env("CartPole-v1", n_envs=zoo["n_envs"], seed=seed)
        linear = {name: (lambda value: lambda progress: progress * value)(value) for name, value in zoo["linear"].items()}
        kind = getattr(stable_baselines3, algorithm.upper())
        model = kind("MlpPolicy", env, seed=seed, device="cpu", **zoo["settings"], **linear)
        model.learn(total_timesteps=steps)
        return {"seconds": time.perf_counter() - begin}

    def step(envs, steps):
        env = gymnasium.make_vec("CartPole-v1", num_envs=envs, vectorization_mode="sync")
        env.reset(seed=0)
        actions = [numpy.array([(t * 7 + i * 3) % 2 for i in range(envs)]) for t in range(64)]
        begin = time.perf_counter()
        for t in range(steps // envs):
            env.step(actions[t % 64])
        return {"seconds": time.perf_counter() - begin}

    return {"train": train, "step": step}


serve(["stable_baselines3", "gymnasium", "torch"], load)
