import { DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize';

/** What a secret is mailed for. */
export type MailPurpose = 'password_reset' | 'email_verification';

/** Somebody says to have forgotten the password of an address, which may have no account. */
export function defineForgottenPasswordModel(sequelize: Sequelize) {
  class ForgottenPassword extends Model<
    InferAttributes<ForgottenPassword>,
    InferCreationAttributes<ForgottenPassword>
  > {
    declare id: string;
    declare email: string;
    declare requestId: string | null;
    declare askedAtMs: number;
  }
  return ForgottenPassword.init(
    {
      id: { type: DataTypes.STRING(40), primaryKey: true },
      email: DataTypes.STRING(254),
      requestId: DataTypes.STRING(128),
      askedAtMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'forgotten_passwords' },
  );
}

/** A mail with a secret that a user waits for, until the secret is used. */
export function defineMailRequestModel(sequelize: Sequelize) {
  class MailRequest extends Model<InferAttributes<MailRequest>, InferCreationAttributes<MailRequest>> {
    declare id: string;
    declare userId: string;
    declare purpose: MailPurpose;
    declare askedAtMs: number;
    /** Both are there once the mail was made. */
    declare tokenHash: string | null;
    declare tokenExpiresAtMs: number | null;
  }
  return MailRequest.init(
    {
      id: { type: DataTypes.STRING(40), primaryKey: true },
      userId: DataTypes.STRING(40),
      purpose: DataTypes.STRING(20),
      askedAtMs: DataTypes.BIGINT,
      tokenHash: DataTypes.STRING(64),
      tokenExpiresAtMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'mail_requests' },
  );
}
