import time

from peer import serve


def load():
    import gymnax
    import jax
    import jax.numpy as jnp
    import optax

    def orthogonal(key, rows, columns, scale):
        return {"w": jax.nn.initializers.orthogonal(scale)(key, (rows, columns)), "b": jnp.zeros(columns)}

    def dense(layer, x):
        return x @ layer["w"] + layer["b"]

    def mlp(layers, x):
        for layer in layers[:-1]:
            x = jnp.tanh(dense(layer, x))
        return dense(layers[-1], x)

    def ppo(settings, steps):
        """One training as one program for XLA, as PureJaxRL's ppo.py has it: environments, rollouts and updates in nested scans.

        What differs from it is what the other side does too: rl-zoo's settings, a clip range that falls with the learning
        rate, and unclipped values.
        """
        n, horizon, batch = settings["n_envs"], settings["n_steps"], settings["batch_size"]
        gamma, lam, epochs = settings["gamma"], settings["gae_lambda"], settings["n_epochs"]
        updates = -(-steps // (n * horizon))
        per_epoch = n * horizon // batch
        total = updates * epochs * per_epoch
        env, params = gymnax.make("CartPole-v1")
        width, choices = env.observation_space(params).shape[0], env.num_actions
        falling = optax.linear_schedule(settings["learning_rate"], 0.0, total)
        optimizer = optax.chain(optax.clip_by_global_norm(0.5), optax.adam(falling, eps=1e-5))

        def loss(weights, rows, clip):
            logits = jax.nn.log_softmax(mlp(weights["actor"], rows["seen"]))
            values = mlp(weights["critic"], rows["seen"])[:, 0]
            chosen = jnp.take_along_axis(logits, rows["action"][:, None], 1)[:, 0]
            ratio = jnp.exp(chosen - rows["said"])
            gain = rows["advantage"]
            gain = (gain - gain.mean()) / (gain.std() + 1e-8)
            surrogate = jnp.minimum(ratio * gain, jnp.clip(ratio, 1 - clip, 1 + clip) * gain)
            return 0.5 * jnp.square(values - rows["return"]).mean() - surrogate.mean()

        def train(key):
            key, *keys = jax.random.split(key, 8)
            root2 = 2**0.5
            weights = {
                name: [
                    orthogonal(keys[3 * i], width, 64, root2),
                    orthogonal(keys[3 * i + 1], 64, 64, root2),
                    orthogonal(keys[3 * i + 2], 64, last, scale),
                ]
                for i, (name, last, scale) in enumerate([("actor", choices, 0.01), ("critic", 1, 1.0)])
            }
            seen, state = jax.vmap(env.reset, (0, None))(jax.random.split(keys[6], n), params)

            def step(carry, _):
                weights, seen, state, key = carry
                key, choosing, stepping = jax.random.split(key, 3)
                logits = jax.nn.log_softmax(mlp(weights["actor"], seen))
                value = mlp(weights["critic"], seen)[:, 0]
                action = jax.random.categorical(choosing, logits)
                said = jnp.take_along_axis(logits, action[:, None], 1)[:, 0]
                after, state, reward, *ended, _ = jax.vmap(env.step, (0, 0, 0, None))(
                    jax.random.split(stepping, n), state, action, params
                )
                done = jnp.stack(ended).any(0)  # gymnax before 1.0 says "done", since then "terminated, truncated"
                row = {"seen": seen, "action": action, "said": said, "value": value, "reward": reward, "done": done}
                return (weights, after, state, key), row

            def back(carry, row):
                advantage, following = carry
                go_on = 1.0 - row["done"]
                error = row["reward"] + gamma * following * go_on - row["value"]
                advantage = error + gamma * lam * go_on * advantage
                return (advantage, row["value"]), advantage

            def update(carry, i):
                weights, moments, seen, state, key = carry
                (_, seen, state, key), rows = jax.lax.scan(step, (weights, seen, state, key), None, horizon)
                last = mlp(weights["critic"], seen)[:, 0]
                _, advantage = jax.lax.scan(back, (jnp.zeros_like(last), last), rows, reverse=True, unroll=16)
                rows = {**rows, "advantage": advantage, "return": advantage + rows["value"]}
                flat = jax.tree.map(lambda x: x.reshape((n * horizon,) + x.shape[2:]), rows)
                clip = settings["clip_range"] * (1 - i / updates)

                def minibatch(carry, rows):
                    weights, moments = carry
                    value, slopes = jax.value_and_grad(loss)(weights, rows, clip)
                    change, moments = optimizer.update(slopes, moments)
                    return (optax.apply_updates(weights, change), moments), value

                def epoch(carry, key):
                    order = jax.random.permutation(key, n * horizon)
                    batches = jax.tree.map(lambda x: x[order].reshape((per_epoch, batch) + x.shape[1:]), flat)
                    return jax.lax.scan(minibatch, carry, batches)

                key, shuffling = jax.random.split(key)
                (weights, moments), _ = jax.lax.scan(epoch, (weights, moments), jax.random.split(shuffling, epochs))
                # In CartPole every step pays 1: steps by ends are the mean length of an episode.
                return (weights, moments, seen, state, key), rows["done"].mean()

            carry = (weights, optimizer.init(weights), seen, state, key)
            return jax.lax.scan(update, carry, jnp.arange(updates))[1]

        return train

    def train(settings, steps, seed):
        begin = time.perf_counter()
        program = jax.jit(ppo(settings, steps))
        key = jax.random.PRNGKey(seed)
        compiled = program.lower(key).compile()
        between = time.perf_counter()
        ends = compiled(key).block_until_ready()
        end = time.perf_counter()
        last = float(ends[-20:].mean())
        return {"seconds": end - begin, "running": end - between, "length": 1 / max(last, 1e-6)}

    return {"train": train}


serve(["jax", "gymnax", "optax"], load)
