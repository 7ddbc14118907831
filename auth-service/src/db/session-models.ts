import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize';
import type { SessionEndReason } from '../domain/refresh-decision.ts';

export function defineSessionModel(sequelize: Sequelize) {
  class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
    declare id: string;
    declare userId: string;
    /** Where it was last used from, as the client and the gateway said. */
    declare userAgent: string | null;
    declare address: string | null;
    declare createdAtMs: number;
    declare lastUsedAtMs: number;
    declare expiresAtMs: number;
    declare endedAtMs: number | null;
    declare endReason: SessionEndReason | null;
  }
  return Session.init(
    {
      id: { type: DataTypes.STRING(40), primaryKey: true },
      userId: DataTypes.STRING(40),
      userAgent: DataTypes.STRING(400),
      address: DataTypes.STRING(64),
      createdAtMs: DataTypes.BIGINT,
      lastUsedAtMs: DataTypes.BIGINT,
      expiresAtMs: DataTypes.BIGINT,
      endedAtMs: DataTypes.BIGINT,
      endReason: DataTypes.STRING(40),
    },
    { sequelize, tableName: 'sessions' },
  );
}

/** The family of a session: each row replaced the one of the generation before. */
export function defineRefreshTokenModel(sequelize: Sequelize) {
  class RefreshToken extends Model<InferAttributes<RefreshToken>, InferCreationAttributes<RefreshToken>> {
    declare tokenHash: string;
    declare sessionId: string;
    /** 1 for the first token of a session. */
    declare generation: number;
    declare issuedAtMs: number;
    declare usedAtMs: number | null;
  }
  return RefreshToken.init(
    {
      tokenHash: { type: DataTypes.STRING(64), primaryKey: true },
      sessionId: DataTypes.STRING(40),
      generation: DataTypes.INTEGER,
      issuedAtMs: DataTypes.BIGINT,
      usedAtMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'refresh_tokens' },
  );
}

export type Session = InstanceType<ReturnType<typeof defineSessionModel>>;
